"""What is attached to an image: a signature, an SBOM, an attestation."""

from dataclasses import dataclass

from layerscope.oci import Descriptor


@dataclass(frozen=True, slots=True)
class Attachment:
    """Its kind, the entry that lists it, and its tag, if it has one; texts are not yet safe."""

    kind: str
    entry: Descriptor
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Attachments:
    """What is attached; `is_whole` says whether a registry was asked: other sources know only what the index lists."""

    found: tuple[Attachment, ...]
    is_whole: bool
