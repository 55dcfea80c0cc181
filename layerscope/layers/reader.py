"""One layer's bytes to its `LayerContent`, in one streaming pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerscope.layers.layer_content import LayerContent
    from layerscope.oci.image import Layer


def read_layer(chunks: Iterable[bytes], layer: Layer) -> LayerContent:
    """Read a blob to its end: count, digest, inflate, diff_id, tar entries.

    Whatever is wrong with the bytes is told by the content's `status`, `problem` and `warnings`; only errors of
    `chunks` itself pass through.
    """
    raise NotImplementedError
