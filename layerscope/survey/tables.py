"""Write the Parquet tables of a survey: in one pass over the records of the images, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from layerscope.display import display
from layerscope.errors import InvalidReference, NotFound
from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.layer_index import ContentKind, EntryRole, EntryType, LayerIndex
from layerscope.oci import Reference
from layerscope.oci.collection import has_target
from layerscope.survey.extra import needed
from layerscope.survey.plan import IMAGES, Plan, image_name
from layerscope.survey.schema import TABLES, Record, to_record
from layerscope.survey.storage import Storage

Add = Callable[[Record], None]
BATCH_COUNT = 5_000
"""Rows in memory before they are written."""


@contextmanager
def _table(storage: Storage, table: str) -> Iterator[Add]:
    """A function that adds a row to a table; the table takes its place in the storage at the end of the context."""
    schema = _schema(table)
    import pyarrow as pa
    import pyarrow.parquet as pq

    records: list[Record] = []

    def flush() -> None:
        writer.write_table(pa.Table.from_pylist(records, schema))
        records.clear()

    def add(record: Record) -> None:
        records.append({name: _valid(value) if isinstance(value, str) else value for name, value in record.items()})
        if len(records) >= BATCH_COUNT:
            flush()

    with storage.replacing(f"{table}.parquet") as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        yield add
        flush()


def write_tables(storage: Storage, plan: Plan) -> int:
    """Write all tables but that of the files; returns the number of images with a problem."""
    written: dict[str, set[str]] = {"layers": set(), "images": set()}
    problem_count = 0
    with ExitStack() as stack:
        add = {name: stack.enter_context(_table(storage, name)) for name in TABLES if name != "files"}
        for reference, digest, problem in plan.images:
            records = _records(storage, digest) if digest else {}
            why = problem or plan.failures.get(digest, "") or ("" if records else "the image was not read")
            image = records["images"][0] if records else to_record({"digest": digest or None}, "images")
            add["images"](image | _names(reference) | {"problem": why or None})
            problem_count += bool(why or image["incomplete"])
            if digest not in written["images"]:
                written["images"].add(digest)
                _add_layers(add, records, written["layers"])
    return problem_count


def _add_layers(add: dict[str, Add], records: dict[str, list[Record]], layers: set[str]) -> None:
    """Add the rows of the layers of an image, and its waste; a layer that is in the table is not added again."""
    for record in records.get("layers", ()):
        if record["layer_id"] not in layers:
            layers.add(record["layer_id"])
            add["layers"](record)
    for name in ("image_layers", "waste"):
        for record in records.get(name, ()):
            add[name](record)


def _records(storage: Storage, digest: str) -> dict[str, list[Record]]:
    for suffix in ("", ".incomplete"):
        try:
            found: dict[str, list[Record]] = storage.read_json(f"{IMAGES}/{image_name(digest)}{suffix}")
        except NotFound:
            continue
        return found
    return {}


def _names(text: str) -> Record:
    """The columns that name an image; a text that is no reference names a registry."""
    try:
        reference = Reference.parse(text)
    except InvalidReference:
        return {"reference": text, "registry": text.rstrip("/")}
    names = {"reference": text, "registry": reference.domain, "repository": reference.repository}
    return names | {"tag": reference.tag if has_target(text) else None}


def write_files(storage: Storage, name: str, layer_id: str, index: LayerIndex) -> None:
    """Write the rows of the entries of a layer, as a part of the table of files."""
    with needed("pyarrow"):
        import pyarrow as pa
        import pyarrow.parquet as pq
    known = index.content_kinds != ContentKind.NONE
    columns = {
        "layer_id": pa.repeat(pa.scalar(layer_id), index.count),
        "path": _texts(index.paths),
        "role": [EntryRole(role).name.lower() for role in index.roles.tolist()],
        "type": [_TYPES.get(kind, str(kind)) for kind in index.types.tolist()],
        "link": _texts(index.links),
        **{column: getattr(index, f"{column}s").astype(np.int64) for column in _NUMBERS},
        "content": [
            f"{ContentKind(kind).name.lower()}:{value:016x}" if is_known else None
            for kind, value, is_known in zip(
                index.content_kinds.tolist(), index.content_hashes.tolist(), known.tolist(), strict=True
            )
        ],
    }
    with storage.replacing(name) as file:
        pq.write_table(pa.table(columns, _schema("files")), file, compression="zstd")


_TYPES = {kind.value: kind.name.lower() for kind in EntryType}
_NUMBERS = ("mode", "uid", "gid", "mtime", "size", "compressed_size")


def _texts(strings: ByteStrings) -> list[str]:
    return [text.decode("utf-8", "backslashreplace") for text in strings]


def _schema(table: str) -> Any:
    with needed("pyarrow"):
        import pyarrow as pa
    return pa.schema([(name, getattr(pa, _ARROW.get(kind, kind))()) for name, (kind, _) in TABLES[table].items()])


_ARROW = {"double": "float64"}


def _valid(value: str) -> str:
    """A text that is valid UTF-8: JSON may have lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return display(value)
    return value
