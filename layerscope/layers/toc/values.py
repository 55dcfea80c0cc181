"""The values in an entry of a table of contents: all raise `Damage` if a value is not valid."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from layerscope.blobs.status import BlobStatus
from layerscope.layers.damage import Damage
from layerscope.layers.tar.extras import MAX_XATTR_NAME_SIZE

_DIGEST_SIZE = 32
_NO_TIME = "0001-01-01T00:00:00Z"
"""Go's time that is not set."""


def number(entry: Mapping[str, Any], key: str) -> int:
    """A number that is not negative; 0 if there is none."""
    value = entry.get(key) or 0
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise Damage(f"a value of `{key}` is not valid")
    return value


def device_of(entry: Mapping[str, Any]) -> int:
    """The numbers of a device, as the columns have them."""
    return (number(entry, "devMajor") & 0x7FFFFFFF) << 32 | number(entry, "devMinor") & 0xFFFFFFFF


def name_of(entry: Mapping[str, Any], key: str) -> bytes:
    """The bytes of a name. A name that is not UTF-8 cannot be in JSON: a sign stands in place of the wrong bytes."""
    text = entry.get(key)
    if not isinstance(text, str):
        raise Damage(f"an entry has no `{key}`")
    try:
        name = text.encode()
    except UnicodeEncodeError:
        name = b""
    if (text and not name) or "\ufffd" in text:
        raise Damage("a name in it is not UTF-8", BlobStatus.UNSUPPORTED)
    return name


def content_of(entry: Mapping[str, Any], size: int) -> bytes | None:
    """The sha256 of a regular file; None if the table has only those of its chunks."""
    if not size:
        return sha256().digest()
    is_one_chunk = number(entry, "chunkSize") in (0, size)
    return sha256_of(entry.get("digest") or (entry.get("chunkDigest") if is_one_chunk else None))


def sha256_of(text: object) -> bytes | None:
    """The bytes of a digest; None if there is none, or it is of another algorithm."""
    algorithm, _, encoded = text.partition(":") if isinstance(text, str) else ("", "", "")
    try:
        digest = bytes.fromhex(encoded)
    except ValueError:
        return None
    return digest if algorithm == "sha256" and len(digest) == _DIGEST_SIZE else None


def seconds_of(entry: Mapping[str, Any]) -> int:
    """The whole seconds of the modification time, 0 if it is not set; raises `ValueError`."""
    text = entry.get("modtime") or _NO_TIME
    if text == _NO_TIME:
        return 0
    try:
        time = datetime.fromisoformat(text).replace(microsecond=0)
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (TypeError, OverflowError) as error:
        raise ValueError("a time is not valid") from error


def xattrs_of(value: Any) -> dict[str, bytes]:
    """The attributes, whose values are in base64; raises `Damage`."""
    if not isinstance(value, dict):
        raise Damage("an entry has extended attributes that are not valid")
    attributes: dict[str, bytes] = {}
    for name, encoded in value.items():
        try:
            attributes[name] = b64decode(encoded, validate=True)
        except (TypeError, ValueError) as error:
            raise Damage("an entry has extended attributes that are not valid") from error
        if len(name.encode("utf-8", "surrogatepass")) > MAX_XATTR_NAME_SIZE:
            raise Damage("an extended attribute has too long a name")
    return attributes
