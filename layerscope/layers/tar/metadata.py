"""`Metadata`: the bodies of PAX and GNU metadata entries, kept until the entry that they describe."""

from layerscope.layers.tar.extras import Extras, merge, parse_records

MAX_METADATA_SIZE = 1 << 20
"""The longest body of a metadata entry that is read, as in Go's archive/tar and libarchive."""

PAX, GLOBAL_PAX, LONG_NAME, LONG_LINK = b"xgLK"
METADATA_TYPES = frozenset(b"xgLK")

_CHANGING = (b"path", b"linkpath", b"size", b"uid", b"gid")


class Metadata:
    """The latest body of each kind; a later one replaces an earlier one, so that chains of them cost no memory."""

    def __init__(self) -> None:
        self.is_waiting = False
        self._records: dict[bytes, bytes] = {}
        self._long_name = b""
        self._long_link = b""

    def take(self, kind: int, body: bytes) -> bool:
        """Note the body of an `x`, `L` or `K` entry; raises `ValueError`.

        A global header (`g`) is checked and ignored, as container runtimes do. Returns True if it has values that
        other readers of tar would apply. For Go's archive/tar it is an entry: it takes the metadata before it.
        """
        if kind == GLOBAL_PAX:
            self._forget()
            return not parse_records(body).keys().isdisjoint(_CHANGING)
        self.is_waiting = True
        if kind == PAX:
            self._records = parse_records(body)
        elif kind == LONG_NAME:
            self._long_name = body.partition(b"\0")[0]
        else:
            self._long_link = body.partition(b"\0")[0]
        return False

    def pop(self) -> Extras:
        """Return the values for the entry that follows, and forget them; raises `ValueError`."""
        extras = merge(self._records, self._long_name, self._long_link)
        self._forget()
        return extras

    def _forget(self) -> None:
        self.is_waiting = False
        self._records, self._long_name, self._long_link = {}, b"", b""
