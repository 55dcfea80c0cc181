"""Promises of snapshots: one image after one layer, and what is different from one to another."""

import pytest
from hypothesis import given, settings

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.layer_numbers import NOTHING
from layerscope.filesystem.stack import Stack
from support.layer_indexes import directory, file, hardlink, index_of, symlink, whiteout
from support.plain_model import applied, differences
from support.random_layers import image_pairs, images


def differing(before, after):
    comparison = before.compare(after)
    return {
        path.decode(): (Change(change), Reason(reason))
        for path, change, reason in zip(
            before.stack.nodes.paths, comparison.changes.tolist(), comparison.reasons.tolist(), strict=True
        )
        if path and change not in {Change.ABSENT, Change.UNMODIFIED}
    }


def merged(*images):
    return Stack.merge([[index_of(layer) for layer in layers] for layers in images])


@given(image_pairs())
@settings(max_examples=400, deadline=None)
def test_two_images_differ_as_plain_models_of_them_do_whatever_layers_they_share(pair):
    pool, *chosen = pair
    indexes = [index_of(layer) for layer in pool]
    one, other = Stack.merge([[indexes[number] for number in numbers] for numbers in chosen])
    first, second = (applied([pool[number] for number in numbers]) for numbers in chosen)
    assert differing(one.final, other.final) == differences(first, second)
    assert differing(other.final, one.final) == differences(second, first)


@given(images)
@settings(max_examples=200, deadline=None)
def test_two_layers_of_one_image_differ_as_plain_models_do(layers):
    (stack,) = merged(layers)
    models = [applied(layers[: number + 1]) for number in range(-1, len(layers))]
    for before in range(NOTHING, len(layers)):
        after = stack.last - before - 1
        compared = differing(stack.snapshot(before), stack.snapshot(after))
        assert compared == differences(models[before + 1], models[after + 1])


@given(image_pairs())
@settings(max_examples=200, deadline=None)
def test_a_stack_is_the_same_alone_and_beside_another_image(pair):
    pool, *chosen = pair
    indexes = [index_of(layer) for layer in pool]
    lists = [[indexes[number] for number in numbers] for numbers in chosen]
    for beside, alone in zip(Stack.merge(lists), map(Stack.of, lists), strict=True):
        assert beside.dangling_counts == alone.dangling_counts
        for layer in range(NOTHING, alone.layer_count):
            assert sizes(beside.snapshot(layer)) == sizes(alone.snapshot(layer))


def sizes(snapshot):
    """Paths that are there, with their bytes and the bytes below them."""
    rows = zip(
        snapshot.stack.nodes.paths,
        snapshot.versions.tolist(),
        snapshot.own_sizes.tolist(),
        snapshot.total_sizes.tolist(),
        strict=True,
    )
    return [(path, own, total) for path, version, own, total in rows if version >= 0]


def test_layers_that_images_share_have_their_rows_once():
    base, one, other = (index_of([file(name, b"1")]) for name in ("base", "one", "other"))
    stacks = Stack.merge([[base, one], [base, other, base]])
    assert stacks[0].entries is stacks[1].entries
    assert stacks[0].entries.count == 4 + 1
    assert stacks[0].row_ranges[0] == stacks[1].row_ranges[0]
    assert [stack.layers.tolist() for stack in stacks] == [[0, 1, -1, -1, -1], [0, -1, 1, 2, -1]]


def test_a_path_that_only_the_other_image_has_is_no_path_of_this_one():
    one, other = merged([[directory("d"), file("d/f")]], [[file("x", b"1"), symlink("s", "x")]])
    assert one.final.lookup(b"x") is None
    assert other.final.lookup(b"s") == other.nodes.find(b"x")
    assert differing(one.final, other.final) == {
        "d": (Change.REMOVED, Reason(0)),
        "d/f": (Change.REMOVED, Reason(0)),
        "x": (Change.ADDED, Reason(0)),
        "s": (Change.ADDED, Reason(0)),
    }


def test_a_hardlink_is_what_the_layers_of_its_own_image_make_it():
    link = index_of([hardlink("h", "f")])
    one, other = Stack.merge([[index_of([file("f", b"1")]), link], [index_of([file("f", b"22")]), link]])
    assert differing(one.final, other.final) == {
        "f": (Change.MODIFIED, Reason.CONTENT),
        "h": (Change.MODIFIED, Reason.CONTENT),
    }


def test_before_the_lowest_layer_there_is_nothing():
    (stack,) = merged([[file("a", b"1")], [whiteout("a")]])
    assert stack.snapshot(NOTHING).versions.tolist() == [-1, -1]
    assert stack.snapshot(NOTHING).lookup(b"a") is None
    assert differing(stack.snapshot(NOTHING), stack.final) == {}


def test_images_that_were_not_merged_together_cannot_be_compared():
    (one,), (other,) = merged([[file("a")]]), merged([[file("a")]])
    with pytest.raises(ValueError, match="from the same merge"):
        one.final.compare(other.final)
