"""Images in memory with all layers read, for the tests of `content`."""

from types import SimpleNamespace

from layerscope.filesystem.stack import Stack
from layerscope.loading import load
from support.images import build_image
from support.memory_source import MemorySource


def load_layers(layers, **more):
    """`built`, its `source`, the resolved `image`, and its `stack`."""
    built = build_image(layers, **more)
    source = MemorySource(built)
    loaded = load(source)
    stack = Stack.of([content.index for content in loaded.contents])
    return SimpleNamespace(built=built, source=source, image=loaded.image, stack=stack, contents=loaded.contents)
