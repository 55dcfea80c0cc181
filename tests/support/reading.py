"""Blobs read as layers of an image."""

from layerscope.layers.reader import read_layer
from layerscope.oci import Descriptor, Digest, Layer, media_types


def layer_of(blob, media_type=media_types.OCI_LAYER, *, digest=None, size=None, diff_id=None):
    """A layer whose descriptor is right for the blob, except for what the arguments replace."""
    digest = Digest.of(blob) if digest is None else digest
    return Layer(0, Descriptor(media_type, digest, len(blob) if size is None else size), diff_id)


def read(blob, media_type=media_types.OCI_LAYER, *, chunk_size=None, **promised):
    """Read the blob as one chunk, or in chunks of this size."""
    step = chunk_size or len(blob) or 1
    chunks = (blob[start : start + step] for start in range(0, len(blob), step))
    return read_layer(chunks, layer_of(blob, media_type, **promised))


def names(content):
    return [path.decode("utf-8", "surrogateescape") for path in content.index.paths]
