"""Promises of the colours of source text."""

import sys
import time

import pytest

from layerscope.content.preview import highlighting
from layerscope.content.preview.highlighting import MAX_SIZE, Highlighter, _beginning


@pytest.fixture
def highlighter():
    made = Highlighter(timeout=30)
    yield made
    made.close()


def test_the_parts_of_each_line_are_as_long_as_the_line(highlighter):
    lines = ["def f(x):", '    """Two', '    lines."""', "    return 1  # one"]
    rows = highlighter.parts("a.py", lines)
    assert [sum(length for length, _ in row) for row in rows] == list(map(len, lines))
    assert rows[0][0] == (3, "keyword")
    assert {style for _, style in rows[2]} == {"string"}
    assert rows[3][-1] == (5, "comment")


def test_a_script_without_an_extension_is_known_by_its_first_line(highlighter):
    assert highlighter.parts("entrypoint", ["#!/bin/sh", "# start"])[1] == [(7, "comment")]


def test_a_text_of_no_known_language_has_no_parts_and_the_next_one_has(highlighter):
    assert highlighter.parts("motd", ["welcome"]) == []
    assert highlighter.parts("a.json", ["{}"])


def test_only_the_beginning_of_a_long_text_is_looked_at():
    assert len(_beginning(["x = 1"] * MAX_SIZE)) == MAX_SIZE // 6


def test_a_text_that_takes_too_long_has_no_parts_and_its_process_is_ended(monkeypatch, tmp_path):
    program = tmp_path / "slow.py"
    program.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(highlighting, "_PROGRAM", program)
    slow = Highlighter(timeout=0.2)
    process = slow._running()
    start = time.monotonic()
    assert slow.parts("a.py", ["x"]) == []
    assert time.monotonic() - start < 60
    assert process.returncode is not None
    slow.close()


def test_a_process_that_dies_costs_only_the_colours(monkeypatch, tmp_path):
    program = tmp_path / "dying.py"
    program.write_text("raise SystemExit(3)\n")
    monkeypatch.setattr(highlighting, "_PROGRAM", program)
    dying = Highlighter(timeout=30)
    assert dying.parts("a.py", ["x"]) == []
    dying.close()
    assert dying.parts("a.py", ["x"]) == []
    assert sys.executable
