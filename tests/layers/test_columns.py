"""Promises of the schema of columns."""

from dataclasses import dataclass

import numpy as np
import pytest

from layerscope.layers.byte_strings import ByteStrings
from layerscope.layers.columns import Columns, column, strings
from layerscope.layers.layer_index import EntryColumns, EntryType, LayerIndex
from support.layer_indexes import directory, file, index_of, symlink


@dataclass(frozen=True, slots=True, eq=False)
class Sample(Columns):
    names: ByteStrings = strings()
    counts: np.ndarray = column(np.uint16, implied=7)


def sample(*rows, xattrs=None):
    names, counts = ByteStrings.of(name for name, _ in rows), np.array([count for _, count in rows], np.uint16)
    return Sample(names=names, counts=counts, xattrs=xattrs or {})


def test_columns_without_arguments_have_no_rows_and_the_types_of_their_schema():
    empty = Sample()
    assert (empty.count, list(empty.names), empty.counts.dtype) == (0, [], np.uint16)


def test_the_implied_row_has_the_values_of_the_schema():
    implied = Sample.implied()
    assert (list(implied.names), implied.counts.tolist(), implied.counts.dtype) == ([b""], [7], np.uint16)


def test_joined_columns_have_the_rows_of_all_parts_and_their_attributes_at_the_new_rows():
    parts = [sample((b"a", 1), (b"b", 2), xattrs={1: {"user.x": b"1"}}), Sample(), sample((b"c", 3), xattrs={0: {}})]
    joined = Sample.join(parts)
    assert (list(joined.names), joined.counts.tolist()) == ([b"a", b"b", b"c"], [1, 2, 3])
    assert joined.xattrs == {1: {"user.x": b"1"}, 2: {}}
    assert Sample.join([]).count == 0
    assert Sample.join([]).counts.dtype == np.uint16


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        Sample(names=ByteStrings.of([b"a"]))


def test_every_column_of_a_layer_is_joined():
    entries = [directory("d"), file("d/f", b"1", xattrs={"user.a": b"1"}), symlink("s", "d")]
    whole, parts = index_of(entries), [index_of(entries[:1]), index_of(entries[1:])]
    joined = LayerIndex.join(parts)
    for name, _ in LayerIndex.schema():
        assert list(getattr(joined, name)) == list(getattr(whole, name)), name
        assert type(getattr(joined, name)) is type(getattr(whole, name))
    assert joined.xattrs == whole.xattrs


def test_an_implied_directory_is_what_runtimes_make_of_it():
    implied = EntryColumns.implied()
    assert (implied.types.tolist(), implied.modes.tolist()) == ([EntryType.DIRECTORY], [0o755])
