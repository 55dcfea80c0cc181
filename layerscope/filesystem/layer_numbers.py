"""The numbers of the layers in the stack of two images: those of the base come first, so they are negative."""

from layerscope.oci.image import MAX_LAYER_COUNT

NOTHING = -1
"""The empty file system below the lowest layer of an image; if there is a base, between the base and the image."""
FIRST_OF_BASE = -2 * MAX_LAYER_COUNT
"""The lowest layer of the base."""
END_OF_BASE = NOTHING - 1
"""A number after the last layer of any base: the snapshot after it is the final file system of the base."""
END = 2 * MAX_LAYER_COUNT
"""A number after the last layer of any image."""


def of_base(layer: int) -> int:
    """The number in the stack of a layer of the base."""
    return FIRST_OF_BASE + layer


def is_of_base(layer: int) -> bool:
    """Whether the number is of the base, or of the empty file system below it."""
    return layer < NOTHING


def own_number(layer: int) -> int:
    """The number of the layer in its own image."""
    return layer - FIRST_OF_BASE if is_of_base(layer) else layer
