"""The help, as lines."""

import pytest

from layerscope.tui.keymap import KEYMAP, LIST_KEYMAP, key_name
from layerscope.tui.lines.help_lines import help_lines, list_help_lines
from layerscope.tui.lines.spans import plain


def texts(make):
    return list(map(plain, make(90)))


@pytest.mark.parametrize("make", [help_lines, list_help_lines])
def test_it_begins_with_moving_about(make):
    assert texts(make)[:2] == ["Moving", f"{'up, k':<20}one line up"]


@pytest.mark.parametrize(("keymap", "make"), [(KEYMAP, help_lines), (LIST_KEYMAP, list_help_lines)])
def test_it_lists_every_action_with_all_its_keys(keymap, make):
    lines = texts(make)
    for entry in keymap:
        if not entry.family:
            assert any(line.startswith(", ".join(map(key_name, entry.keys)) + " ") for line in lines), entry.action


def test_the_levels_of_the_tree_are_one_line():
    assert [line.split() for line in texts(help_lines) if "level" in line] == [
        ["1", "..", "9", "open", "the", "tree", "to", "this", "level"]
    ]
