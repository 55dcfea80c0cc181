"""A tar that is not an image: one layer, or the root file system of a container, plain or compressed.

It opens as an image of one layer, whose manifest and config are generated.
"""

import json

from layerscope.layers.codecs import Codec, codec_of
from layerscope.oci import Descriptor, Digest, media_types
from layerscope.sources.generated import generate_manifest
from layerscope.sources.local_store import StoredImage
from layerscope.sources.recognition import named
from layerscope.sources.tar_store import WHOLE, TarStore

OF_A_TAR = "a single tar archive without a manifest: its history and config are unknown"
OF_A_CONTAINER = "the file system of a container: its layers, history and config are those of its image"

_MAGIC_SIZE = 8


def find_bare_layer(files: TarStore, warning: str) -> StoredImage:
    """The image whose only layer is the whole archive, as it is stored; raises `SourceError`."""
    archive = files.archive()
    blob = archive.original
    digest = blob.digest()
    diff_id = digest if blob is archive else archive.digest()
    data = json.dumps({"rootfs": {"type": "layers", "diff_ids": [str(diff_id)]}}).encode()
    config = Descriptor(media_types.OCI_CONFIG, Digest.of(data), len(data))
    layer = Descriptor(_layer_type(codec_of(blob.read(0, _MAGIC_SIZE))), digest, blob.size())
    root, manifest = generate_manifest(config, (layer,), (f"{named(files.location)} is {warning}",))
    return StoredImage((root,), {digest: WHOLE}, {root.descriptor.digest: manifest, config.digest: data})


def _layer_type(codec: Codec) -> str:
    """The media type, with a suffix for the compression; those for bzip2 and xz are not registered."""
    return media_types.OCI_LAYER if codec is Codec.PLAIN else f"{media_types.OCI_LAYER}+{codec}"
