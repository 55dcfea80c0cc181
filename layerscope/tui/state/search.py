"""What the user looks for in the explorer."""

from layerscope.filesystem.patterns import PathPattern

Search = PathPattern
