"""Check bytes against a descriptor: first the size, then the digest (OCI image-spec descriptor.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import VerificationError
from layerscope.oci.digest import Digest

if TYPE_CHECKING:
    from layerscope.oci.descriptor import Descriptor


def verify(data: bytes, descriptor: Descriptor, what: str) -> None:
    """Raise `VerificationError`, which begins with `what`, if `data` is not the content of the descriptor."""
    verify_size(len(data), descriptor, what)
    verify_digest(Digest.of(data, algorithm_of(descriptor, what)), descriptor, what)


def verify_size(size: int, descriptor: Descriptor, what: str) -> None:
    """Raise `VerificationError` if the size differs. Reading may have stopped at the first byte beyond the end."""
    if size != descriptor.size:
        got = f"more than {descriptor.size}" if size > descriptor.size else str(size)
        raise VerificationError(f"{what} has the wrong size: want {descriptor.size} bytes, got {got}")


def verify_digest(digest: Digest | None, descriptor: Descriptor, what: str) -> None:
    """Raise `VerificationError` if the digest differs, or its algorithm is unknown."""
    algorithm_of(descriptor, what)
    if digest != descriptor.digest:
        raise VerificationError(f"{what} has the wrong digest: want {descriptor.digest}, got {digest}")


def algorithm_of(descriptor: Descriptor, what: str) -> str:
    """The algorithm of the digest; raises `VerificationError` if it is unknown."""
    digest = descriptor.digest
    if not digest.verifiable:
        shown = display(digest.algorithm, limit=40)
        raise VerificationError(f"{what} cannot be verified: the algorithm `{shown}` is unknown")
    return digest.algorithm
