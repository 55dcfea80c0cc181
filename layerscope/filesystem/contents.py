"""Whether two files have the same content: yes, no, or unknown."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.layer_index import ContentKind, EntryColumns


class ContentsCompared(NamedTuple):
    """Two masks over pairs of regular files; a pair in neither mask is unknown."""

    same: NDArray[np.bool_]
    different: NDArray[np.bool_]


def compare_contents(columns: EntryColumns, old: NDArray[np.integer], new: NDArray[np.integer]) -> ContentsCompared:
    """Compare the contents of pairs of rows.

    Different sizes decide, and so does the size 0. Else only identities of the same kind can be compared.
    """
    kinds = columns.content_kinds[old]
    comparable = (kinds == columns.content_kinds[new]) & (kinds != ContentKind.NONE)
    equal = columns.contents[old] == columns.contents[new]
    sizes = columns.sizes[old]
    same_size = sizes == columns.sizes[new]
    same = same_size & ((comparable & equal) | (sizes == 0) | (old == new))
    return ContentsCompared(same, ~same & (~same_size | comparable))
