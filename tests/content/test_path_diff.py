"""Promises of the comparison of one path between two images."""

from dataclasses import replace

import numpy as np
import pytest

from layerscope.content.path_diff import compare_path
from layerscope.errors import NotFound, UsageError
from layerscope.filesystem.change import Change, Reason
from layerscope.insight.analysis import Analysis
from layerscope.insight.file_changes import Equality
from layerscope.insight.image_diff import ImageDiff
from layerscope.layers.layer_index import ContentKind, EntryFlag
from support.loaded import load_layers
from support.tars import directory, file, symlink

SAME = b"text\n"


def compare(before, after, path=b"f", change_index=lambda index: index):
    """The path in two images of one layer each; `change_index` changes what is known of the second one."""
    one, other = load_layers([before]), load_layers([after])
    content = replace(other.contents[0], index=change_index(other.contents[0].index), blob_digest=None)
    diff = ImageDiff.of(Analysis.of(one.image, one.contents), Analysis.of(other.image, [content]))
    found = compare_path(diff, one.source, other.source, path, iter)
    return found, [*one.source.opened, *other.source.opened][2:]


def of_another_kind(index):
    return replace(index, content_kinds=np.full(index.count, ContentKind.SHA256, np.uint8))


@pytest.mark.parametrize(
    ("content", "change", "reasons"),
    [(SAME, Change.UNMODIFIED, Reason(0)), (b"TEXT\n", Change.MODIFIED, Reason.CONTENT)],
)
def test_contents_that_cannot_be_compared_by_their_hashes_are_compared_by_their_bytes(content, change, reasons):
    found, read = compare([("f", SAME)], [("f", content)], change_index=of_another_kind)
    assert (found.change, found.reasons, len(read)) == (change, reasons, 2)


def test_a_sparse_file_of_unknown_content_stays_unknown():
    def sparse(index):
        kinds = np.full(index.count, ContentKind.XXH3_SPARSE, np.uint8)
        return replace(index, flags=np.full(index.count, EntryFlag.SPARSE, np.uint8), content_kinds=kinds)

    found, read = compare([("f", SAME)], [("f", SAME)], change_index=sparse)
    assert (found.equality, found.content, read) == (Equality.UNKNOWN, None, [])


def test_nothing_is_read_if_the_contents_are_known_to_be_equal():
    found, read = compare([("f", SAME)], [file("f", SAME, mode=0o600, mtime=5), ("g", b"")])
    assert (found.change, found.content, read) == (Change.MODIFIED, None, [])


def test_a_symlink_is_compared_by_its_target_and_not_followed():
    found, read = compare([symlink("f", "a"), ("a", b"1")], [symlink("f", "a"), ("a", b"2")])
    assert (found.equality, read) == (Equality.EQUAL, [])
    assert compare([symlink("f", "a")], [symlink("f", "b")])[0].reasons == Reason.LINK


def test_symlinks_on_the_way_are_followed_in_each_image():
    before = [symlink("lib", "usr/lib"), ("usr/lib/x", b"1\n")]
    found, _ = compare(before, [("lib/x", b"2\n")], b"/lib/x")
    assert found.content.lines == (b"@@ -1 +1 @@\n", b"-1\n", b"+2\n")


def test_a_path_that_leads_to_two_directories_is_refused():
    before = [symlink("lib", "usr/lib"), ("usr/lib/d/x", b"")]
    with pytest.raises(UsageError, match="another directory"):
        compare(before, [directory("lib"), directory("lib/d")], b"/lib/d")


def test_a_file_that_became_a_directory_shows_what_is_gone_and_what_is_below():
    found, _ = compare([("f", SAME)], [("f/a", b"1")])
    assert (found.reasons, found.content.lines) == (Reason.TYPE, (b"@@ -1 +0,0 @@\n", b"-text\n"))
    assert [found.below.tree.path(node) for node in found.below.nodes.tolist()] == [b"f/a"]


def test_a_path_that_neither_image_has_is_not_found():
    with pytest.raises(NotFound, match="neither image has `/no`"):
        compare([], [], b"/no")
