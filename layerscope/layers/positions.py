"""Which bytes of a compressed blob carry which bytes of the tar."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Positions:
    """Pairs of positions in the blob and in the tar, noted while a layer is read; between them lies a straight line."""

    def __init__(self) -> None:
        self._in_blob = array("q")
        self._in_tar = array("q")

    def note(self, in_blob: int, in_tar: int) -> None:
        """The first `in_blob` bytes of the blob gave the first `in_tar` bytes of the tar."""
        self._in_blob.append(in_blob)
        self._in_tar.append(in_tar)

    def compressed_sizes(self, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The bytes of the blob for each span of the tar; spans that do not overlap never sum to more than the blob."""
        if not self._in_tar:
            return np.zeros(len(starts), np.int64)
        ends = starts + np.minimum(sizes, self._in_tar[-1] - starts)
        return self._in_blob_of(ends) - self._in_blob_of(starts)

    def _in_blob_of(self, in_tar: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.interp(in_tar, self._in_tar, self._in_blob).astype(np.int64)
