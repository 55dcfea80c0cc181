"""`DocumentCache`: indexes, manifests and configs by digest, and what the tags of registries were at the last look."""

import hashlib
import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from layerscope.cache.private_directory import PrivateDirectory
from layerscope.errors import InvalidDocument, InvalidReference
from layerscope.oci import Digest, Reference, text
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE, parse_object

MAX_SIZE = 64 * 1024 * 1024
"""Maximum bytes of the cache; an image has some kilobytes."""
_DOCUMENT, _TAG = ".document", ".tag"
_NAME = re.compile(rf"(?P<algorithm>[a-z0-9+._]+)-(?P<encoded>[a-f0-9]+){re.escape(_DOCUMENT)}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in the cache: digest, bytes, last use in seconds since the epoch."""

    digest: str
    size: int
    used: float


@dataclass(frozen=True, slots=True)
class KnownTag:
    """The digest of the manifest or index that a tag named, and when: `2024-05-01T00:00:00Z`."""

    digest: Digest
    date: str


class DocumentCache:
    """The cache in `path`. If the disk fails, nothing is found, and nothing is kept."""

    def __init__(self, path: Path, max_size: int = MAX_SIZE) -> None:
        self._directory = PrivateDirectory(path)
        self._max_size = max_size

    def get(self, digest: Digest) -> bytes | None:
        """The document with that digest; None if it is not cached, or damaged."""
        data = self._read(_name(digest)) if digest.verifiable else None
        return data if data is not None and digest.matches(data) else None

    def put(self, digest: Digest, data: bytes) -> None:
        """Keep a document if it has that digest; the least recently used documents may be removed."""
        if digest.verifiable and len(data) <= MAX_DOCUMENT_SIZE and digest.matches(data):
            self._write(_name(digest), data)

    def tag(self, reference: Reference) -> KnownTag | None:
        """What the tag was when it was last looked up; None if that is not known."""
        data = self._read(_tag_name(reference))
        with suppress(InvalidDocument, InvalidReference):
            value = parse_object(data or b"{}", "the tag")
            return KnownTag(Digest.parse(text(value, "digest")), text(value, "date"))
        return None

    def put_tag(self, reference: Reference, digest: Digest) -> None:
        """Keep what a tag is now."""
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        value = {"reference": str(reference), "digest": str(digest), "date": date}
        self._write(_tag_name(reference), json.dumps(value).encode())

    def names(self) -> list[str]:
        """The references of all tags that were looked up, the last used first."""
        try:
            files = sorted(self._directory.files(), key=lambda file: -file.used)
        except OSError:
            return []
        names = []
        for file in files:
            if file.name.endswith(_TAG):
                with suppress(InvalidDocument):
                    names.append(text(parse_object(self._read(file.name) or b"{}", "the tag"), "reference"))
        return [name for name in names if name]

    def rows(self) -> list[DocumentRow]:
        """The documents; raises `OSError`."""
        files = ((_NAME.fullmatch(file.name), file) for file in self._directory.files())
        return [
            DocumentRow(f"{match['algorithm']}:{match['encoded']}", file.size, file.used)
            for match, file in files
            if match
        ]

    def prune(self, max_size: int = 0) -> tuple[int, int]:
        """Remove the least recently used files until at most `max_size` bytes are left; raises `OSError`.

        Returns the number of removed files, and their bytes.
        """
        left, sizes = 0, []
        for file in sorted(self._directory.files(), key=lambda file: -file.used):
            left += file.size
            if left > max_size:
                self._directory.remove(file.name)
                sizes.append(file.size)
        return len(sizes), sum(sizes)

    def _read(self, name: str) -> bytes | None:
        try:
            data = self._directory.read(name)
        except OSError as error:
            _log.info("the cache of documents cannot be read: %s", error.strerror)
            return None
        return None if data is None or len(data) > MAX_DOCUMENT_SIZE else bytes(data)

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._directory.write(name, [data])
            self.prune(self._max_size)
        except OSError as error:
            _log.info("the cache of documents cannot be written: %s", error.strerror)


def _name(digest: Digest) -> str:
    return f"{digest.algorithm}-{digest.encoded}{_DOCUMENT}"


def _tag_name(reference: Reference) -> str:
    return hashlib.sha256(str(reference).encode()).hexdigest() + _TAG
