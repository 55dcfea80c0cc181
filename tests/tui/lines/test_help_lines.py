"""The help, as lines."""

import pytest

from layerscope.tui.keymap import key_name
from layerscope.tui.lines.help_lines import help_lines
from layerscope.tui.lines.spans import plain
from layerscope.tui.screens import explorer, names

KEYMAPS = pytest.mark.parametrize("keymap", [explorer.KEYMAP, names.KEYMAP])


def texts(keymap):
    return list(map(plain, help_lines(keymap.entries, 90)))


@KEYMAPS
def test_it_begins_with_moving_about(keymap):
    assert texts(keymap)[:2] == ["Moving", f"{'up, k':<20}one line up"]


@KEYMAPS
def test_it_lists_every_action_with_all_its_keys(keymap):
    lines = texts(keymap)
    for entry in keymap.entries:
        if not entry.family:
            assert any(line.startswith(", ".join(map(key_name, entry.keys)) + " ") for line in lines), entry.action


def test_the_numbers_of_the_panes_are_one_line():
    assert [line.split() for line in texts(explorer.KEYMAP) if ".." in line] == [
        [
            "1",
            "..",
            "3",
            "go",
            "to",
            "the",
            "layers,",
            "to",
            "the",
            "files",
            "(or",
            "the",
            "listing),",
            "to",
            "the",
            "details",
        ]
    ]


def test_the_signs_are_explained_if_there_is_a_tree():
    assert "Signs in the tree" in texts(explorer.KEYMAP)
    assert "Signs in the tree" not in texts(names.KEYMAP)


def test_the_words_of_a_query_are_explained_if_there_is_a_tree():
    title = "Words of a query, in the find bar"
    assert title in texts(explorer.KEYMAP)
    assert title not in texts(names.KEYMAP)
    assert "mode:suid" in " ".join(texts(explorer.KEYMAP))
