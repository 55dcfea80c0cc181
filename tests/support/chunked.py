"""Layers with tables of contents: a converter for eStargz (stargz-snapshotter, docs/estargz.md) and zstd:chunked."""

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from layerscope.oci import media_types
from support.images import build_image, descriptor, digest_of
from support.tars import END, file, gzip, padded, skippable, zstd

_TYPES = {b"0": "reg", b"1": "hardlink", b"2": "symlink", b"3": "char", b"4": "block", b"5": "dir", b"6": "fifo"}
_ESTARGZ = "containerd.io/snapshot/stargz/toc.digest"
_ZSTD = "io.github.containers.zstd-chunked."


@dataclass
class Chunked:
    """A layer with a table. `entries` are those of the table before `edit` changed them."""

    blob: bytes
    tar: bytes
    annotations: dict
    media_type: str
    entries: list

    def descriptor(self, **annotations):
        return descriptor(self.blob, self.media_type, annotations=self.annotations | annotations)

    def image(self, below=(), **annotations):
        """An image of this layer, above plain layers; `annotations` replace those of the layer."""
        blobs = iter([*map(gzip, below), self.blob])
        plain = [descriptor(gzip(tar), media_types.OCI_LAYER_GZIP) for tar in below]
        manifest = {"layers": [*plain, self.descriptor(**annotations)]}
        return build_image([*below, self.tar], compress=lambda _tar: next(blobs), manifest=manifest)


def estargz(entries, chunk_size=1 << 22, edit=lambda _table: None, compress=gzip, footer=None):
    """The eStargz layer of these entries; `edit` changes the table, so that it lies."""
    blob, tar, listed = _packed(entries, chunk_size, compress)
    data = _table(listed, edit)
    offset = len(blob)
    table = file("stargz.index.json", data).encode() + END
    blob += compress(table) + _footer(offset if footer is None else footer)
    return Chunked(bytes(blob), tar + table, {_ESTARGZ: digest_of(data)}, media_types.OCI_LAYER_GZIP, listed)


def zstd_chunked(entries, chunk_size=1 << 16, edit=lambda _table: None):
    """The zstd:chunked layer of these entries, as podman and buildah write it."""
    blob, tar, listed = _packed(entries, chunk_size, zstd)
    blob += zstd(END)
    data = _table(listed, edit)
    packed = zstd(data)
    numbers = len(blob) + 8, len(packed), len(data), 1
    blob += skippable(packed)
    blob += skippable(b"".join(number.to_bytes(8, "little") for number in numbers) + b"GnUlInUx")
    annotations = {
        f"{_ZSTD}manifest-checksum": digest_of(packed),
        f"{_ZSTD}manifest-position": ":".join(map(str, numbers)),
    }
    return Chunked(bytes(blob), tar + END, annotations, f"{media_types.OCI_LAYER_GZIP[:-4]}zstd", listed)


def _packed(entries, chunk_size, compress):
    """The blob without its table, the tar, and the entries of the table. Equal files are compressed once."""
    compress, digest = lru_cache(8)(compress), lru_cache(8)(digest_of)
    blob, tar, pending, listed = bytearray(), bytearray(), bytearray(), []
    for entry in entries:
        encoded = entry.encode()
        size, padding = len(entry.data), padded(entry.data)[len(entry.data) :]
        pending += encoded[: len(encoded) - size - len(padding)]
        tar += encoded
        item = _item(entry, digest)
        listed.append(item)
        if not size:
            continue
        blob += compress(bytes(pending))
        for start in range(0, size, chunk_size):
            part = entry.data[start : start + chunk_size]
            chunk = item if not start else {"type": "chunk", "name": item["name"], "chunkOffset": start}
            is_last = start + chunk_size >= size
            chunk |= {"offset": len(blob), "chunkDigest": digest(part)} | ({} if is_last else {"chunkSize": chunk_size})
            listed += [chunk] if start else []
            blob += compress(part)
        pending = bytearray(padding)
    if pending:
        blob += compress(bytes(pending))
    return blob, bytes(tar), listed


def _item(entry, digest):
    kind = _TYPES[entry.type]
    item = {"type": kind, "name": entry.name, "mode": entry.mode, "uid": entry.uid, "gid": entry.gid}
    item["modtime"] = datetime.fromtimestamp(entry.mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if entry.link:
        item["linkName"] = entry.link
    if kind in ("char", "block"):
        item |= {"devMajor": entry.device[0], "devMinor": entry.device[1]}
    if entry.xattrs:
        item["xattrs"] = {name: base64.b64encode(value).decode() for name, value in entry.xattrs.items()}
    if entry.data:
        item |= {"size": len(entry.data), "digest": digest(entry.data)}
    return item


def _table(listed, edit):
    copy = json.loads(json.dumps(listed))
    table = {"version": 1, "entries": copy}
    changed = edit(table)
    return changed if isinstance(changed, bytes) else json.dumps(table).encode()


def _footer(offset):
    """An empty gzip member of 51 bytes; its extra field has the offset of the table."""
    extra = b"SG\x16\0%016xSTARGZ" % offset
    return (
        b"\x1f\x8b\x08\x04"
        + bytes(5)
        + b"\xff"
        + len(extra).to_bytes(2, "little")
        + extra
        + b"\x01\0\0\xff\xff"
        + bytes(8)
    )


def stored_gzip(data):
    """A gzip member that is not compressed, which is fast for noise."""
    packer = zlib.compressobj(0, wbits=31)
    return packer.compress(data) + packer.flush()
