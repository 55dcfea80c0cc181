"""Content digests (OCI image-spec, descriptor.md, "Digests")."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import InvalidReference

if TYPE_CHECKING:
    from hashlib import _Hash

MAX_LENGTH = 255
"""Characters. A digest becomes a file name, and no file system allows a longer one."""

_GRAMMAR = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")
_ENCODED = {"sha256": re.compile(r"[a-f0-9]{64}"), "sha512": re.compile(r"[a-f0-9]{128}")}


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """`algorithm:encoded`. It is validated, so that it is safe in a URL and in a path."""

    algorithm: str
    encoded: str

    @classmethod
    def parse(cls, text: object) -> Digest:
        """The digest in `text`; raises `InvalidReference` if it does not follow the grammar.

        A digest of an unregistered algorithm is accepted, as the specification requires, but cannot be verified.
        """
        if not isinstance(text, str) or len(text) > MAX_LENGTH or not _GRAMMAR.fullmatch(text):
            raise InvalidReference(
                f"`{display(str(text), limit=100)}` is not a digest",
                hint="a digest is `sha256:` and 64 hex digits",
            )
        algorithm, encoded = text.split(":", 1)
        grammar = _ENCODED.get(algorithm)
        if grammar and not grammar.fullmatch(encoded):
            count = 64 if algorithm == "sha256" else 128
            raise InvalidReference(
                f"`{display(text, limit=100)}` is not a digest: {algorithm} needs {count} lower-case hex digits"
            )
        return cls(algorithm, encoded)

    @classmethod
    def of(cls, data: bytes, algorithm: str = "sha256") -> Digest:
        """The digest of `data`."""
        return cls(algorithm, hashlib.new(algorithm, data).hexdigest())

    @property
    def verifiable(self) -> bool:
        """Whether the algorithm is registered by the specification: sha256 or sha512."""
        return self.algorithm in _ENCODED

    @property
    def short(self) -> str:
        """The algorithm and the first 12 digits, for display only."""
        return f"{self.algorithm}:{self.encoded[:12]}"

    def hasher(self) -> _Hash:
        """A new hash object of this algorithm; call it only if the digest is `verifiable`."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def matches(self, data: bytes) -> bool:
        """Whether `data` has this digest; False if the digest is not `verifiable`."""
        return self.verifiable and Digest.of(data, self.algorithm) == self

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.encoded}"
