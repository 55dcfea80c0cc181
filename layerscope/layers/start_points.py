"""`StartPoints`: the positions from which this run of the program can inflate a gzip blob again.

They are made while a layer is read, and cost almost nothing: a point is a copy of the decompressor, with the last
32 KiB that it wrote. Such a copy cannot be written to a file. The next run needs `Checkpoints`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from layerscope.layers.codecs import Codec, Member, decode
from layerscope.layers.gzip_member import GzipMember

SPACING = 1 << 24
"""Bytes of the tar between two points: they are inflated in 0.05 s."""
MAX_COUNT = 256
"""Maximum number of points of a layer: 10 MB of memory."""


@dataclass(frozen=True, slots=True, eq=False)
class StartPoint:
    """A position in the blob and in the tar, and the decompressor there."""

    in_blob: int
    in_tar: int
    member: GzipMember

    def inflate(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The tar from here on, in steps; the pieces are those of the blob. Raises `Damage`."""
        members = chain([self.member.copy()], iter(GzipMember, None))
        return decode(Codec.GZIP, pieces, [], members.__next__)


class StartPoints:
    """The points of a layer, in order. If they become too many, every second one is removed."""

    def __init__(self) -> None:
        self.spacing = SPACING
        self._points: list[StartPoint] = []

    def note(self, in_blob: int, in_tar: int, member: Member | None) -> None:
        """Note a point if the last one is far away, and `member` is in the middle of a gzip stream.

        The member has consumed the first `in_blob` bytes of the blob, and they expand to the first `in_tar` bytes.
        """
        last = self._points[-1].in_tar if self._points else 0
        if in_tar - last < self.spacing or not isinstance(member, GzipMember) or member.eof:
            return
        self._points.append(StartPoint(in_blob, in_tar, member.copy()))
        if len(self._points) >= MAX_COUNT:
            del self._points[::2]
            self.spacing *= 2

    def __bool__(self) -> bool:
        """Whether there are any points."""
        return bool(self._points)

    def before(self, position: int) -> StartPoint:
        """The last point that is not after a position of the tar; if there is none, the start of the blob."""
        number = bisect_right(self._points, position, key=attrgetter("in_tar"))
        return self._points[number - 1] if number else StartPoint(0, 0, GzipMember())

    def end_after(self, position: int, blob_size: int) -> int:
        """The bytes of the blob that are enough to inflate the tar up to a position."""
        number = bisect_left(self._points, position, key=attrgetter("in_tar"))
        return self._points[number].in_blob if number < len(self._points) else blob_size
