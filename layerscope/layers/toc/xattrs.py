"""The extended attributes in an entry of a table of contents."""

from base64 import b64decode
from typing import Any

from layerscope.layers.damage import Damage
from layerscope.layers.tar.extras import MAX_XATTR_NAME_SIZE


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
