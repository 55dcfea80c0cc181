"""Values of the OCI image-spec and distribution-spec: parsed strictly, without I/O."""

from layerscope.oci.descriptor import MAX_SIZE, REFERS_TO, Descriptor, as_list, as_object, text, text_map
from layerscope.oci.digest import Digest
from layerscope.oci.image import NO_CONFIG, HistoryStep, Image, Layer
from layerscope.oci.image_config import HistoryEntry, ImageConfig
from layerscope.oci.manifest import Index, Manifest, parse_manifest
from layerscope.oci.platform import Platform
from layerscope.oci.reference import DOCKER_HUB, Reference, parse_domain, parse_tag

__all__ = [
    "DOCKER_HUB",
    "MAX_SIZE",
    "NO_CONFIG",
    "REFERS_TO",
    "Descriptor",
    "Digest",
    "HistoryEntry",
    "HistoryStep",
    "Image",
    "ImageConfig",
    "Index",
    "Layer",
    "Manifest",
    "Platform",
    "Reference",
    "as_list",
    "as_object",
    "parse_domain",
    "parse_manifest",
    "parse_tag",
    "text",
    "text_map",
]
