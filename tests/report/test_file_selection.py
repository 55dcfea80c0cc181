"""Promises of choosing the files of a listing."""

import pytest

from layerscope.errors import NotFound
from layerscope.report.selection import select_deleted, select_of_layer, select_present
from support.analysis import facts_of
from support.layer_indexes import directory, file, symlink, whiteout

LAYERS = (
    [directory("etc"), file("etc/passwd"), file("etc/shadow"), symlink("link", "etc"), file("cache/list")],
    [whiteout("etc/shadow"), whiteout("cache"), file("etc/passwd", b"new")],
)


@pytest.fixture
def analysis():
    return facts_of(*LAYERS)


def paths(selection):
    return [row["path"] for row in selection.rows]


@pytest.mark.parametrize(
    ("path", "options", "found", "in_one_directory"),
    [
        (b"/", {}, ["/etc", "/link"], True),
        (b"/", {"recursive": True}, ["/etc", "/etc/passwd", "/link"], False),
        (b"link", {}, ["/etc/passwd"], True),
        (b"link", {"follow": False}, ["/link"], False),
        (b"etc/passwd", {}, ["/etc/passwd"], False),
    ],
)
def test_what_is_present_is_what_a_container_would_see(analysis, path, options, found, in_one_directory):
    selection = select_present(analysis, path, **({"recursive": False, "follow": True} | options))
    assert (paths(selection), selection.in_one_directory) == (found, in_one_directory)


@pytest.mark.parametrize(
    ("path", "layer", "found"),
    [
        (b"/", None, ["/cache", "/cache/list", "/etc/shadow"]),
        (b"/etc", None, ["/etc/shadow"]),
        (b"/", 1, ["/cache", "/cache/list", "/etc/shadow"]),
        (b"/", 0, []),
    ],
)
def test_what_was_deleted_is_listed_of_all_layers_or_of_one(analysis, path, layer, found):
    assert paths(select_deleted(analysis.stack, path, layer)) == found


def test_the_entries_of_a_layer_are_listed_as_its_tar_has_them(analysis):
    assert paths(select_of_layer(analysis, b"/", 1)) == ["/etc/.wh.shadow", "/.wh.cache", "/etc/passwd"]
    assert paths(select_of_layer(analysis, b"/etc/", 1)) == ["/etc/.wh.shadow", "/etc/passwd"]


def test_a_path_that_cannot_be_listed_is_an_error(analysis):
    with pytest.raises(NotFound, match="`/cache` is not in the image") as caught:
        select_present(analysis, b"/cache", recursive=False, follow=True)
    assert caught.value.hint == "layer 1 deleted it: use `--deleted`"
    with pytest.raises(NotFound, match="no layer has `/never`"):
        select_deleted(analysis.stack, b"/never", None)
    with pytest.raises(NotFound, match="layer 1 has no entry `/cache/list`"):
        select_of_layer(analysis, b"/cache/list", 1)
