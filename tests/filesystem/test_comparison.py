"""Promises of the identity of contents: what is not known to be equal or different is unknown."""

import numpy as np
import pytest

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.comparison import compare_contents
from layerscope.filesystem.stack import Stack
from layerscope.insight.accounting import Accounting
from layerscope.insight.changes import change_counts
from layerscope.insight.savings import find_savings
from layerscope.layers.layer_index import ContentKind
from support.layer_indexes import file, index_of, whiteout

XXH3, SHA256, NONE = ContentKind.XXH3, ContentKind.SHA256, ContentKind.NONE
BIG, OTHER = b"x" * 5000, b"y" * 5000
SAME, DIFFERENT, UNKNOWN = (True, False), (False, True), (False, False)


def of_kind(path, content, kind, **more):
    return file(path, content, content_kind=kind, **more)


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ((BIG, XXH3), (BIG, XXH3), SAME),
        ((BIG, XXH3), (OTHER, XXH3), DIFFERENT),
        ((BIG, SHA256), (BIG, SHA256), SAME),
        ((BIG, XXH3), (BIG, SHA256), UNKNOWN),
        ((BIG, XXH3), (OTHER, SHA256), UNKNOWN),
        ((BIG, XXH3), (BIG, ContentKind.XXH3_SPARSE), UNKNOWN),
        ((BIG, XXH3), (BIG[1:], SHA256), DIFFERENT),
        ((BIG, NONE), (BIG, NONE), UNKNOWN),
        ((BIG, NONE), (BIG, XXH3), UNKNOWN),
        ((b"", NONE), (b"", XXH3), SAME),
    ],
)
def test_only_identities_of_one_kind_tell_contents_of_one_size_apart(one, other, answer):
    columns = index_of([of_kind("a", *one), of_kind("b", *other)])
    for old, new in ((0, 1), (1, 0)):
        same, different = compare_contents(columns, np.array([old]), np.array([new]))
        assert (bool(same[0]), bool(different[0])) == answer


def test_an_entry_has_its_own_content_even_if_nothing_is_known_of_it():
    columns = index_of([of_kind("a", BIG, NONE)])
    assert compare_contents(columns, np.array([0]), np.array([0])).same.tolist() == [True]


@pytest.mark.parametrize(
    ("again", "change", "reasons"),
    [
        ({}, Change.UNKNOWN, Reason.CONTENT_UNKNOWN),
        ({"mtime": 9}, Change.UNKNOWN, Reason.CONTENT_UNKNOWN | Reason.MTIME),
        ({"mode": 0o600}, Change.MODIFIED, Reason.CONTENT_UNKNOWN | Reason.MODE),
    ],
)
def test_a_path_of_unknown_content_is_neither_modified_nor_unmodified(again, change, reasons):
    stack = Stack.of([index_of([file("f", BIG)]), index_of([of_kind("f", BIG, SHA256, **again)])])
    comparison = stack.changes_of(1)
    node = stack.nodes.find(b"f")
    assert (comparison.changes[node], comparison.reasons[node]) == (change, reasons)
    counts = change_counts(stack)[1]
    assert (counts.unknown_count, counts.modified_count) == ((1, 0) if change is Change.UNKNOWN else (0, 1))


def test_unknown_content_is_neither_metadata_only_nor_moved_nor_a_duplicate():
    lower = [file("over", BIG), file("gone", OTHER), file("copy", BIG)]
    above = [("over", BIG), ("moved", OTHER)]
    for kind, causes in ((XXH3, {"metadata", "moved", "duplicates"}), (SHA256, {"overwritten", "deleted"})):
        top = [whiteout("gone"), *(of_kind(path, content, kind) for path, content in above)]
        account = Accounting.of(Stack.of([index_of(lower), index_of(top)]))
        assert {saving.cause for saving in find_savings(account)} == causes
        assert account.image.metadata_only_size == (len(BIG) if kind is XXH3 else 0)
