"""layerscope: a terminal explorer of container image layers that needs no Docker."""

__version__ = "0.1.0"
