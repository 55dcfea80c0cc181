"""The tables of a survey: the columns of each, with their types and what they mean.

A size is in bytes. The names are those of the JSON contract, in the spelling of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from textwrap import wrap
from typing import Any

Record = dict[str, Any]

_FATES = {
    "live_size": ("int64", "bytes that are in the final file system"),
    "overwritten_size": ("int64", "bytes that a later layer replaced"),
    "deleted_size": ("int64", "bytes that a later layer removed"),
    "shadowed_size": ("int64", "bytes that a later entry of the same layer replaced"),
}
TABLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "images": {
        "reference": ("string", "the image as it was requested; one row for each reference"),
        "registry": ("string", "the host of its registry"),
        "repository": ("string", "its name in the registry"),
        "tag": ("string", "its tag, if it was requested by one"),
        "digest": ("string", "the digest of its manifest; several references may have the same one"),
        "platform": ("string", "its platform"),
        "artifact_type": ("string", "the type of an artifact, which has no files"),
        "created": ("string", "when it was built, as its config says"),
        "layer_count": ("int64", "the number of its layers"),
        "entry_count": ("int64", "the number of the tar entries in them"),
        "compressed_size": ("int64", "its pull size"),
        "size": ("int64", "bytes of the unpacked files, dead ones included"),
        **_FATES,
        "metadata_only_size": ("int64", "the part of overwritten_size whose content stayed the same"),
        "wasted_size": ("int64", "all bytes that are not live"),
        "wasted_compressed_size": ("int64", "the estimated share of the pull of these bytes"),
        "efficiency": ("double", "the live share, from 0 to 1"),
        "incomplete": ("string", "which layers are not whole; null if all are"),
        "problem": ("string", "why the image could not be read; its sizes are null then"),
    },
    "layers": {
        "layer_id": ("string", "the key of the layer: its digest, with what the images promise about it"),
        "digest": ("string", "the digest of its blob"),
        "diff_id": ("string", "the digest of its tar"),
        "media_type": ("string", "its media type"),
        "status": ("string", "verified, truncated, mismatch, missing, ..."),
        "problem": ("string", "why it is not verified; null if it is"),
        "compressed_size": ("int64", "bytes of its blob, as the manifests list them"),
        "size": ("int64", "bytes of the files in it"),
        "entry_count": ("int64", "the number of its tar entries"),
    },
    "image_layers": {
        "image": ("string", "the digest of the image; one row for each of its layers"),
        "index": ("int64", "the number of the layer, from 0, the lowest"),
        "layer_id": ("string", "the key of the layer"),
        "digest": ("string", "the digest of the layer"),
        "chain_id": ("string", "the OCI ChainID: equal if all layers up to this one are equal"),
        "command": ("string", "the instruction that made the layer"),
        "created": ("string", "when it was made"),
        "compressed_size": ("int64", "bytes of its blob"),
        "size": ("int64", "bytes of the files in it"),
        **_FATES,
        "added_count": ("int64", "paths that it adds"),
        "modified_count": ("int64", "paths that it modifies"),
        "removed_count": ("int64", "paths that it removes"),
    },
    "waste": {
        "image": ("string", "the digest of the image; one row for each change that would save bytes"),
        "cause": ("string", "apt, deleted, duplicates, ..."),
        "title": ("string", "the cause in words"),
        "advice": ("string", "what to change in the build"),
        "layer": ("int64", "the layer that ships the bytes"),
        "killed_by": ("int64", "the layer that ended them; null if they are live, and so not wasted"),
        "command": ("string", "the instruction that made the layer"),
        "size": ("int64", "bytes that the change saves"),
        "compressed_size": ("int64", "the estimated share of the pull of these bytes"),
        "file_count": ("int64", "the number of the files"),
        "path": ("string", "the biggest of them"),
    },
    "files": {
        "layer_id": ("string", "the key of the layer; one row for each of its entries"),
        "path": ("string", "the path, without a slash at the start"),
        "role": ("string", "file, whiteout or opaque"),
        "type": ("string", "regular, directory, symlink, hardlink, ..."),
        "link": ("string", "the target of a link"),
        "mode": ("int64", "the permission bits"),
        "uid": ("int64", "the owner"),
        "gid": ("int64", "the group"),
        "mtime": ("int64", "seconds since the epoch"),
        "size": ("int64", "bytes of content"),
        "compressed_size": ("int64", "the estimated share of the pull"),
        "content": ("string", "equal for equal contents; null if the content was not read"),
    },
}  # fmt: skip


def to_record(row: Mapping[str, Any], table: str) -> Record:
    """A row of the JSON contract as a record of a table; columns that the row does not have are None."""
    named = {_snake(name): value for name, value in row.items()}
    return {name: named.get(name) for name in TABLES[table]}


@cache
def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def schema_lines(tables: Iterable[str] = TABLES) -> Iterator[str]:
    """The tables with their columns, as text for the help."""
    for table in tables:
        yield ""
        yield table
        for name, (kind, meaning) in TABLES[table].items():
            yield from wrap(f"  {name:<22} {kind:<7} {meaning}", 80, subsequent_indent=" " * 33)
