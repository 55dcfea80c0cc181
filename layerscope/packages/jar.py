"""Java archives: the artifact of each, from Maven's properties, from the manifest, or from the name of the file.

Jars in jars are not read: their bytes are those of the file around them.
"""

import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice

from layerscope.packages.json_file import json_object
from layerscope.packages.package import Package, Problems, text_of
from layerscope.packages.passing import Ends

MANAGER = "jar"
_KEPT_SIZE = 1 << 22
_END = struct.Struct("<4s4HLLH")
_END_MAGIC = b"PK\x05\x06"
_LONGEST_COMMENT = 0xFFFF
_MEMBER = struct.Struct("<10xH8xLL3H8xL")
_LOCAL_SIZE = 30
_LOCAL_LENGTHS = struct.Struct("<HH")
_WANTED = re.compile(
    rb"PK\x01\x02(?=.{42}(META-INF/(?:MANIFEST\.MF|maven/[^/\0]{1,200}/[^/\0]{1,200}/pom\.properties)))", re.DOTALL
)
_MAX_TEXT_SIZE = 1 << 16
_MOST_ARTIFACTS = 500
_DEFLATED = 8
_MANIFEST = "META-INF/MANIFEST.MF"
_FILE_NAME = re.compile(r"(?P<name>.+?)-(?P<version>\d[^/]*)")
_NAMES = ("Implementation-Title", "Bundle-SymbolicName", "Automatic-Module-Name")
_VERSIONS = ("Implementation-Version", "Bundle-Version", "Specification-Version")


class PassingJar:
    """Keeps of a jar, as JSON: `artifacts`, each with group, name and version, and `manifest`, the values needed."""

    def __init__(self) -> None:
        self._ends = Ends(_KEPT_SIZE)

    def take(self, piece: memoryview) -> None:
        """Take the next bytes."""
        self._ends.take(piece)

    def result(self) -> bytes | None:
        """The JSON; of an invalid jar, and of what stands in the middle of a large one, it has nothing."""
        texts = dict(_texts(self._ends))
        manifest = _properties(texts.pop(_MANIFEST, "").partition("\n\n")[0].replace("\n ", ""), ":")
        return json.dumps(
            {
                "artifacts": [_artifact(name, text) for name, text in texts.items()],
                "manifest": {name: text_of(manifest[name]) for name in (*_NAMES, *_VERSIONS) if name in manifest},
            }
        ).encode()


def _texts(ends: Ends) -> Iterator[tuple[str, str]]:
    """The manifest and Maven's properties by their path in the jar; empty if they were not kept."""
    tail_start = max(ends.size - _END.size - _LONGEST_COMMENT, 0)
    tail = ends.read(tail_start, ends.size)
    position = tail.rfind(_END_MAGIC)
    if position < 0 or len(tail) - position < _END.size:
        return
    *_, size, _, _ = _END.unpack_from(tail, position)
    directory = ends.read(tail_start + position - size, size)
    for match in islice(_WANTED.finditer(directory), _MOST_ARTIFACTS):
        record = directory[match.start() : match.start() + _MEMBER.size]
        text = _member(ends, record).decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        yield match[1].decode("utf-8", "backslashreplace"), text


def _member(ends: Ends, record: bytes) -> bytes:
    """The content of a member, from its record in the central directory; empty if it was not kept or is invalid."""
    method, packed_size, _, _, _, _, offset = _MEMBER.unpack_from(record)
    local = ends.read(offset, _LOCAL_SIZE)
    if len(local) < _LOCAL_SIZE:
        return b""
    start = offset + _LOCAL_SIZE + sum(_LOCAL_LENGTHS.unpack_from(local, 26))
    packed = ends.read(start, min(packed_size, _MAX_TEXT_SIZE))
    if method != _DEFLATED:
        return packed
    try:
        return zlib.decompressobj(-15).decompress(packed, _MAX_TEXT_SIZE)
    except zlib.error:
        return b""


def _artifact(name: str, text: str) -> tuple[str, str, str]:
    """Group, artifact and version; the path in the jar has the first two as well."""
    group, artifact, _ = name.split("/")[-3:]
    values = _properties(text, "=")
    values = {"groupId": group, "artifactId": artifact, "version": ""} | values
    return text_of(values["groupId"]), text_of(values["artifactId"]), text_of(values["version"])


def _properties(text: str, sign: str) -> dict[str, str]:
    """The lines `name=value`, or with another sign."""
    pairs = (line.partition(sign) for line in text.split("\n") if not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The artifact of each jar, which has the file, and the artifacts that are packed into it."""
    for path, data in files.items():
        kept = json_object(path, data, problems)
        if kept is None:
            continue
        stem = text_of(path.rpartition(b"/")[2].rpartition(b".")[0])
        full, version = _own(stem, kept["artifacts"], kept["manifest"])
        yield Package(MANAGER, full, version, origin=path, home=path.rpartition(b"/")[0], paths=(path,))
        for group, name, version in kept["artifacts"]:
            if f"{group}:{name}" != full:
                yield Package(MANAGER, f"{group}:{name}", version, origin=path, home=path)


def _own(stem: str, artifacts: list[list[str]], manifest: Mapping[str, str]) -> tuple[str, str]:
    """Name and version of the jar itself: `group:name` if Maven says it, else the name of the file, or its title."""
    match = _FILE_NAME.fullmatch(stem)
    name, version = match.groups() if match else (stem, "")
    said = next((manifest[key] for key in _VERSIONS if manifest.get(key)), "")
    for group, artifact, own_version in artifacts:
        if artifact == name or (len(artifacts) == 1 and (not match or stem.startswith(artifact))):
            return f"{group}:{artifact}", own_version or version or said
    title = "" if match else next((manifest[key] for key in _NAMES if manifest.get(key)), "").partition(";")[0]
    return title or name, version or said
