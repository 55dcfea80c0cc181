"""Which layers of an image are those of its base image, and which are *mine*."""

from collections.abc import Iterable
from dataclasses import dataclass

from layerscope.insight.accounting import FateSizes, sum_of
from layerscope.insight.analysis import Analysis
from layerscope.oci import Image

_NAME, _DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"


@dataclass(frozen=True, slots=True)
class Base:
    """The base image: the lowest `layer_count` layers are its layers. `source` says how it was found."""

    name: str
    layer_count: int
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes that some layers ship, by fate, and the size of their blobs."""

    layer_count: int
    sizes: FateSizes
    compressed_size: int


def shared_layer_count(image: Image, other: Image) -> int:
    """How many of the lowest layers two images share."""
    pairs = zip(image.layers, other.layers, strict=False)
    count = 0
    for one, two in pairs:
        if one.descriptor.digest != two.descriptor.digest and (one.diff_id is None or one.diff_id != two.diff_id):
            break
        count += 1
    return count


def named_base(image: Image) -> tuple[str, str]:
    """The name and the digest of the base, as the manifest or a label says; empty if they do not."""
    texts = {**image.config.labels, **image.manifest.annotations}
    return texts.get(_NAME, ""), texts.get(_DIGEST, "")


def longest_base(image: Image, others: Iterable[tuple[str, Image]], source: str) -> Base | None:
    """The one of the named images whose layers are all in the image, and are most."""
    found = None
    for name, other in others:
        count = len(other.layers)
        is_base = 0 < count < len(image.layers) and shared_layer_count(image, other) == count
        if is_base and (found is None or count > found.layer_count):
            found = Base(name, count, source)
    return found


def parts(analysis: Analysis, base: Base) -> tuple[Part, Part]:
    """The layers of the base, and mine."""
    count = base.layer_count
    return _part(analysis, range(count)), _part(analysis, range(count, len(analysis.image.layers)))


def _part(analysis: Analysis, numbers: range) -> Part:
    layers = [analysis.accounting.layers[number] for number in numbers]
    blobs = sum(analysis.image.layers[number].descriptor.size for number in numbers)
    return Part(len(numbers), sum_of(tuple(layers)), blobs)
