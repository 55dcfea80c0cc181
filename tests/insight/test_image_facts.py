"""Promises of the facts of several images together."""

from layerscope.filesystem.change import Change
from layerscope.insight.analysis import Analysis, merge
from support.loaded import load_layers

BASE = [("base", b"1" * 100), ("both", b"old")]


def facts_of(*layers):
    loaded = load_layers(list(layers))
    return Analysis.of(loaded.image, loaded.contents)


def test_images_that_were_read_apart_share_the_rows_of_equal_blobs():
    one, other = facts_of(BASE, [("both", b"new")]), facts_of(BASE, [("mine", b"2")])
    assert one.contents[0].index is not other.contents[0].index
    first, second = (image.stack for image in merge([one, other]))
    assert first.row_ranges[0] == second.row_ranges[0] == range(2)
    comparison = second.final.compare(first.final)
    changes = {path: Change(change) for path, change in zip(first.nodes.paths, comparison.changes, strict=True) if path}
    assert changes == {b"base": Change.UNMODIFIED, b"both": Change.MODIFIED, b"mine": Change.REMOVED}


def test_a_layer_that_is_not_read_yet_counts_as_empty_beside_another_image():
    one = facts_of(BASE)
    first, second = (image.stack for image in merge([one, Analysis.of(one.image, [None])]))
    assert first.final.compare(second.final).count(Change.REMOVED) == 2
