"""Which bytes of a compressed blob contain which bytes of the tar."""

from array import array

import numpy as np
from numpy.typing import NDArray


class Positions:
    """Pairs of positions in the blob and in the tar, noted while a layer is read; between them is a straight line."""

    def __init__(self) -> None:
        self._in_blob = array("q")
        self._in_tar = array("q")

    def note(self, in_blob: int, in_tar: int) -> None:
        """Note that the first `in_blob` bytes of the blob expand to the first `in_tar` bytes of the tar."""
        self._in_blob.append(in_blob)
        self._in_tar.append(in_tar)

    def shares(self, ends: NDArray[np.int64], *, is_whole: bool) -> NDArray[np.int64]:
        """The bytes of the blob for each entry; entry i is the span of the tar from `ends[i - 1]` (or 0) to `ends[i]`.

        The bytes after the last entry (the end of the archive, a table of contents) belong to all entries: if the tar
        `is_whole`, they are distributed in proportion, and the shares add up to the blob.
        """
        if not self._in_tar or not len(ends):
            return np.zeros(len(ends), np.int64)
        reached = np.interp(ends, self._in_tar, self._in_blob)
        if is_whole and reached[-1]:
            reached *= self._in_blob[-1] / reached[-1]
        reached_bytes = np.rint(reached).astype(np.int64)
        return reached_bytes - np.concatenate(([0], reached_bytes[:-1]))
