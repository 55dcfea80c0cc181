"""Facts of images made from short descriptions of their layers, without tars or sources."""

from layerscope.blobs.status import BlobStatus
from layerscope.insight.analysis import Analysis
from layerscope.layers.layer_content import LayerContent
from layerscope.oci import Descriptor, Digest, Image, parse_manifest
from support.images import build_image
from support.layer_indexes import index_of


def facts_of(*layers, commands=None, **config):
    """The facts of an image of these layers; a layer is a list of entries of `support.layer_indexes`."""
    history = [{"created_by": command} for command in commands or [f"step {number}" for number in range(len(layers))]]
    built = build_image(layers=[[(f"layer{number}", b"")] for number in range(len(layers))], history=history, **config)
    manifest = parse_manifest(built.manifest_bytes)
    descriptor = Descriptor(built.media_type, Digest.of(built.manifest_bytes), len(built.manifest_bytes))
    image = Image.assemble(
        "registry.example/app:latest", descriptor, manifest, built.manifest_bytes, built.config_bytes
    )
    contents = [LayerContent(index_of(entries), BlobStatus.VERIFIED) for entries in layers]
    return Analysis.of(image, contents)
