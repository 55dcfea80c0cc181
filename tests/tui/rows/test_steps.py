"""Promises of the steps of two histories side by side."""

from layerscope.filesystem.layer_numbers import of_base
from layerscope.tui.rows.steps import steps_of_pair
from support.loaded import load_layers

BASE, APP, OTHER = [("base", b"1")], [("app", b"2")], [("app", b"3")]


def image_of(layers, *commands):
    """An image whose layers were made by these commands; a command in brackets made no layer."""
    history = [{"created_by": command.strip("()"), "empty_layer": command.startswith("(")} for command in commands]
    return load_layers(layers, history=history).image


def aligned(one, other):
    """The rows below that of the comparison: sign, command, and number of the layer in the stack."""
    first, *rows = steps_of_pair(one, other)
    assert first.is_pair
    return [(row.sign, row.entry.created_by, row.layer) for row in rows]


def test_what_both_images_have_is_there_once_and_the_rest_with_the_sign_of_its_image():
    one = image_of([BASE, APP], "ADD base", "(ENV A=1)", "COPY app")
    other = image_of([BASE, OTHER], "ADD base", "(ENV A=1)", "COPY app", "(USER app)")
    assert aligned(one, other) == [
        ("=", "ADD base", 0),
        ("=", "ENV A=1", None),
        ("-", "COPY app", of_base(1)),
        ("+", "COPY app", 1),
        ("+", "USER app", None),
    ]


def test_a_shared_layer_at_another_position_is_shared_in_both_places():
    one = image_of([BASE, APP], "ADD base", "COPY app")
    other = image_of([APP, BASE], "COPY app", "ADD base")
    rows = aligned(one, other)
    assert {sign for sign, _, _ in rows} == {"="}
    assert {layer for _, _, layer in rows} == {0, 1, of_base(0)} or {layer for _, _, layer in rows} == {
        0,
        1,
        of_base(1),
    }


def test_a_step_without_a_layer_stands_on_a_layer_of_its_own_image():
    one = image_of([BASE, APP], "ADD base", "COPY app", "(USER a)")
    other = image_of([BASE], "ADD base", "(USER b)")
    below = {row.entry.created_by: row.below for row in steps_of_pair(one, other)[1:]}
    assert (below["USER a"], below["USER b"]) == (of_base(1), 0)
