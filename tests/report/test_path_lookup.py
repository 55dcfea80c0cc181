"""Promises of looking a path up in an image, and of saying why it is not there."""

from dataclasses import replace

import pytest

from layerscope.errors import NotFound, UsageError
from layerscope.insight.analysis import Analysis
from layerscope.layers.layer_content import BlobStatus
from layerscope.report.selection import check_layer, chosen_layer, snapshot_with
from support.analysis import facts_of
from support.layer_indexes import file, symlink, whiteout

LAYERS = (
    [file("kept"), file("deleted"), symlink("link", "kept"), symlink("broken", "nowhere")],
    [whiteout("deleted")],
    [file("late")],
)


@pytest.fixture
def analysis():
    return facts_of(*LAYERS)


@pytest.mark.parametrize(
    ("path", "follow", "found"),
    [
        (b"/kept", True, b"kept"),
        (b"link", True, b"kept"),
        (b"link", False, b"link"),
        (b"deleted", True, b"deleted"),
    ],
)
def test_a_snapshot_has_the_path_as_it_was_after_the_layer(analysis, path, follow, found):
    snapshot = snapshot_with(analysis, path, 0, follow=follow)
    assert analysis.stack.nodes.path(snapshot.lookup(path, follow=follow)).strip(b"/") == found


@pytest.mark.parametrize(
    ("path", "layer", "message", "hint"),
    [
        (b"/deleted", 2, "`/deleted` is not in the image", "layer 1 deleted it: use `--after 0`"),
        (b"late", 1, "`late` is not in the image after layer 1", "layer 2 adds it"),
        (b"never", 2, "`never` is not in the image", None),
        (b"/broken", 2, "`/broken` is a broken symlink", None),
    ],
)
def test_a_path_that_is_not_there_is_an_error_that_names_the_layer_to_look_at(analysis, path, layer, message, hint):
    with pytest.raises(NotFound) as caught:
        snapshot_with(analysis, path, layer)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_path_may_be_in_a_layer_that_was_not_read(analysis):
    missing = replace(analysis.contents[2], status=BlobStatus.MISSING)
    with pytest.raises(NotFound) as caught:
        snapshot_with(Analysis.of(analysis.image, [*analysis.contents[:2], missing]), b"never", 2)
    assert caught.value.hint == "it may be in a layer that was not read: layer 2 is missing"


def test_only_layers_of_the_image_can_be_chosen(analysis):
    check_layer(analysis, 2)
    assert (chosen_layer(analysis, None), chosen_layer(analysis, 0)) == (2, 0)
    with pytest.raises(UsageError, match="the image has no layer 3") as caught:
        chosen_layer(analysis, 3)
    assert caught.value.hint == "its layers are 0 to 2"
    with pytest.raises(UsageError, match="the image has no layer 0") as caught:
        check_layer(facts_of(), 0)
    assert caught.value.hint == "it has no layers"
