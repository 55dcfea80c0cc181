"""The content, the diff and the history of a file, beside the tree."""

import contextlib
import os
import zipfile
from io import BytesIO

import pytest

from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.state.changed import Changed
from support.images import tar_of
from support.memory_source import MemorySource
from support.screens import exploring, pane_lines, pane_text, screen_text, until
from support.small_app import STEPS, small_app
from support.tars import directory, file, gzip, symlink

HOSTILE = b"\x1b[31mred\x1b]0;title\x07\n\xe2\x80\xaegnp.exe\n[bold]markup[/] [@click=app.exit]x[/]\n\xff\xfe\n"


def zip_of(**members):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


@contextlib.contextmanager
def suspended(_app):
    """What Textual does only on a real terminal."""
    yield


FILES = [
    file("a.py", b"import os\n\n\ndef main():\n    return 1  # one\n"),
    file("app.jar", zip_of(first="1\n", second=zip_of(inner="deep\n"))),
    file("bytes", bytes(range(256))),
    file("empty", b""),
    file("hostile", HOSTILE),
    file("long", b"x" * 5000 + b"\nlast\n"),
    file("page.gz", gzip(b"manual\n")),
    file("set.tar", tar_of([directory("d"), file("d/f", b"in a tar\n"), symlink("s", "f")])),
    symlink("to", "a.py"),
]


def app_of(*layers):
    return small_app([*layers], STEPS[:1] + STEPS[2:3] * (len(layers) - 1))


async def at(app, pilot, path, *keys):
    """Put the cursor of the tree on a path, and press keys."""
    app.browser.state.cursor = path
    app.explorer.changed(Changed.CURSOR)
    app.explorer.go_to(app.explorer.main.NAME)
    await pilot.press(*keys)
    await read(app, pilot)


async def read(app, pilot):
    previewer = app.explorer.part(Previewer)
    await until(pilot, lambda: previewer.page is not None and previewer.is_current)


async def test_enter_on_a_file_shows_its_lines_with_their_numbers():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"a.py", "enter")
        lines = pane_lines(app, "content")
        assert app.explorer.pane.NAME == "content"
    assert "/a.py · layer 0" in lines[0]
    assert lines[2:7] == ["1  import os", "2", "3", "4  def main():", "5      return 1  # one"]
    assert "text, 44 B" in lines[-1]


async def test_source_text_gets_colours():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"a.py", "enter")
        await until(pilot, lambda: any(span.style == "code-keyword" for span in app.explorer.pane.line(0, 80)))


async def test_the_pane_follows_the_cursor_of_the_tree():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"bytes", "enter", "shift+tab")
        assert app.explorer.pane.NAME == "files"
        await pilot.press("down")
        await until(pilot, lambda: "the file is empty" in pane_text(app, "content"))
        await pilot.press("up")
        await until(pilot, lambda: "00000000  00 01 02" in pane_text(app, "content"))


async def test_escape_closes_the_file_and_the_layers_are_there_again():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"a.py", "enter")
        assert not app.screen.query_one("#layers").region
        await pilot.press("escape")
        assert app.explorer.pane.NAME == "files"
        assert app.screen.query_one("#layers").region
        assert not app.screen.query_one("#content").region


async def test_a_file_that_was_closed_does_not_get_the_focus_back():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"a.py", "enter")
        await pilot.press("escape")
        app.screen.set_focus(app.screen.panes["content"])  # a click that arrives late
        await pilot.pause()
        assert app.screen.pane is app.screen.panes["files"]
        await pilot.press("tab")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (140, 40), (180, 50)])
async def test_a_file_has_room_at_every_size(size):
    async with exploring(app_of(FILES), size=size) as (app, pilot):
        await at(app, pilot, b"a.py", "enter")
        assert "4  def main():" in pane_lines(app, "content")
        assert bool(app.screen.query_one("#files").region) == (size[0] >= 110)
        assert bool(app.screen.query_one("#layers").region) == (size[0] >= 170)
        await pilot.press("z")
        assert app.screen.query_one("#content").region.size == size


async def test_hostile_text_is_shown_in_escapes_and_steers_nothing():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"hostile", "enter")
        text = pane_text(app, "content")
    assert "\x1b" not in text
    assert r"1  \x1b[31mred\x1b]0;title\x07" in text
    assert r"2  \u202egnp.exe" in text
    assert "3  [bold]markup[/] [@click=app.exit]x[/]" in text
    assert r"4  \xff\xfe" in text


async def test_a_long_line_is_folded_or_scrolled():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"long", "enter")
        pane = app.explorer.pane
        folded = pane.line_count
        assert folded > 5000 // pane.size.width
        await pilot.press("F")
        assert pane.line_count < folded
        assert pane_lines(app, "content")[2].startswith("1  xxxx")
        await pilot.press("end", "right")
        assert pane_text(app, "content").count("last") == 0
        await pilot.press("left")
        assert pane_text(app, "content").count("last") == 1


async def test_text_is_found_and_the_cursor_goes_from_place_to_place():
    async with exploring(app_of([file("f", b"".join(b"line %d\n" % n for n in range(200)))])) as (app, pilot):
        await at(app, pilot, b"f", "enter", "slash")
        await until(pilot, lambda: "only if you type a capital letter" in screen_text(app))
        assert "for a regex" not in screen_text(app)
        await pilot.press(*"Line 15", "enter")
        assert "nothing found" in screen_text(app)
        await pilot.press("slash", *"line 15", "enter")
        assert "11 places" in screen_text(app)
        assert app.explorer.pane.cursor == 15
        await pilot.press("n", "n")
        assert app.explorer.pane.cursor == 151
        await pilot.press("N", "N", "N")
        assert app.explorer.pane.cursor == 159
        await pilot.press("escape")
        assert "places" not in screen_text(app)
        assert app.explorer.pane.NAME == "content"


async def test_enter_goes_into_archives_and_escape_comes_out_again():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"app.jar", "enter")
        assert "2 members" in pane_text(app, "content")
        await pilot.press("end", "enter")
        await read(app, pilot)
        assert "app.jar > second" in pane_lines(app, "content")[0]
        await pilot.press("end", "enter")
        await read(app, pilot)
        assert "1  deep" in pane_text(app, "content")
        await pilot.press("escape", "escape")
        await read(app, pilot)
        assert "first" in pane_text(app, "content")
        await pilot.press("escape")
        assert app.explorer.pane.NAME == "files"


async def test_a_compressed_file_is_shown_unpacked():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"page.gz", "enter")
        assert "compression gzip" in pane_text(app, "content")
        assert "1  manual" in pane_text(app, "content")


async def test_any_file_can_be_shown_as_bytes():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"a.py", "enter", "X")
        assert "00000000  69 6d 70 6f 72 74 20 6f" in pane_text(app, "content")
        await pilot.press("X")
        assert "1  import os" in pane_text(app, "content")


async def test_a_symlink_says_where_it_leads_and_enter_follows_it():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"to", "V")
        assert "/a.py, a file of 44 B" in pane_text(app, "content")
        await pilot.press("enter")
        await read(app, pilot)
        assert app.browser.files.cursor_path == b"a.py"


CAT = "layerscope cat localhost:5000/app:latest /f"
TWO = (
    [file("f", b"one\ntwo\n", mode=0o644), file("b", b"\0a"), file("gone", b"old\n")],
    [file("f", b"one\n2\n", mode=0o600, uid=5), file("b", b"\0b"), file(".wh.gone")],
)


async def test_d_shows_what_a_layer_changed_in_a_file_line_by_line():
    async with exploring(app_of(*TWO)) as (app, pilot):
        await pilot.press("J")
        await at(app, pilot, b"f", "d")
        lines = pane_lines(app, "content")
    assert "mode        0644 -> 0600" in lines
    assert "owner       0:0 -> 5:0" in lines
    assert lines[lines.index("@@ -1,2 +1,2 @@") :][1:4] == ["one", "-two", "+2"]
    assert "from layer 0 to layer 1" in lines[-1]


async def test_a_diff_is_side_by_side_if_there_is_room():
    async with exploring(app_of(*TWO)) as (app, pilot):
        await pilot.press("J")
        await at(app, pilot, b"f", "d", "s")
        assert any(line.split() == ["-two", "│", "+2"] for line in pane_lines(app, "content"))
        await pilot.press("s")
        assert "-two" in pane_lines(app, "content")
    async with exploring(app_of(*TWO), size=(50, 20)) as (app, pilot):
        await pilot.press("J")
        await at(app, pilot, b"f", "d", "s")
        assert "narrow" in screen_text(app)
        assert "-two" in pane_lines(app, "content")


async def test_the_diff_of_a_binary_file_says_where_the_first_difference_is():
    async with exploring(app_of(*TWO)) as (app, pilot):
        await pilot.press("J")
        await at(app, pilot, b"b", "d")
        assert "the first difference is at offset 1" in pane_text(app, "content").replace("\n            ", " ")


@pytest.mark.parametrize("path", [b"to", b"bytes", b"empty"])
async def test_the_diff_of_a_path_that_was_added_says_that_there_is_no_version_before_it(path):
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, path, "d")
        text = pane_text(app, "content")
    assert "the path was added: there is no version before it" in text
    assert "new in layer 0" in text
    assert "differ" not in text


async def test_a_removed_file_is_a_diff_of_removed_lines_and_its_content_is_still_there():
    async with exploring(app_of(*TWO)) as (app, pilot):
        await pilot.press("J")
        await at(app, pilot, b"gone", "d")
        assert "-old" in pane_lines(app, "content")
        assert "from layer 0 to nothing" in pane_lines(app, "content")[-1]
        await pilot.press("V")
        await read(app, pilot)
        assert "1  old" in pane_lines(app, "content")


async def test_the_versions_of_a_path_are_stepped_through_while_its_content_is_shown():
    async with exploring(app_of(*TWO)) as (app, pilot):
        await at(app, pilot, b"f", "enter")
        assert "2  two" in pane_text(app, "content")
        await pilot.press("full_stop")
        await read(app, pilot)
        assert "2  2" in pane_text(app, "content")
        assert "layer 1" in pane_lines(app, "content")[0]


async def test_a_range_of_layers_is_compared_from_its_start_to_its_end():
    layers = [[file("f", b"%d\n" % number)] for number in range(4)]
    async with exploring(app_of(*layers)) as (app, pilot):
        await pilot.press("J", "m", "J", "J")
        await at(app, pilot, b"f", "d")
        text = pane_text(app, "content")
    assert ("-0" in text, "+3" in text) == (True, True)


async def test_the_history_names_each_layer_what_it_changed_and_the_instruction():
    async with exploring(app_of(*TWO), size=(150, 40)) as (app, pilot):
        await at(app, pilot, b"f", "H")
        lines = pane_lines(app, "content")
        assert "layer   0  added  8 B" in lines[2]
        assert "ended by layer 1" in lines[2]
        assert "layer   1  modified: content, mode, owner  6 B" in lines[4]
        assert "live" in lines[4]
        assert "RUN apt-get update" in lines[5]
        await pilot.press("end", "enter")
        assert app.browser.state.layer == 1


async def test_the_history_of_a_removed_file_says_which_layer_removed_it():
    async with exploring(app_of(*TWO), size=(150, 40)) as (app, pilot):
        await at(app, pilot, b"gone", "H")
        assert "layer   1  removed" in pane_text(app, "content")


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["enter"], CAT),
        (["H"], "layerscope blame localhost:5000/app:latest /f"),
        (
            ["d"],
            f"diff -u <({CAT} --after 0) <({CAT})",
        ),
    ],
)
async def test_the_command_that_prints_what_is_shown_is_copied(keys, command):
    async with exploring(app_of(*TWO)) as (app, pilot):
        await pilot.press("J")
        await at(app, pilot, b"f", *keys, "ctrl+y")
        assert app.clipboard == command


async def test_a_line_is_copied_whole_even_if_it_is_folded():
    async with exploring(app_of(FILES)) as (app, pilot):
        await at(app, pilot, b"long", "enter", "down", "y")
        assert app.clipboard == "x" * 5000


async def test_an_error_of_the_source_is_said_in_the_pane_and_the_rest_lives_on():
    source = MemorySource(app_of(FILES))
    source.stamp = lambda _descriptor: "a blob that is not kept"
    async with exploring(None, source=source) as (app, pilot):
        source.fail(0, message="the connection broke")
        await at(app, pilot, b"a.py", "enter")
        assert "the connection broke" in pane_text(app, "content")
        await pilot.press("shift+tab", "down")
        await read(app, pilot)
        assert "2 members" in pane_text(app, "content")


async def test_a_blob_that_changed_is_noticed():
    built = app_of([file("f", b"right\n")])
    source = MemorySource(built)
    source.stamp = lambda _descriptor: "a blob that is not kept"
    async with exploring(None, source=source) as (app, pilot):
        other = app_of([file("f", b"wrong\n")])
        built.blobs[built.manifest["layers"][0]["digest"]] = other.layers[0]
        await at(app, pilot, b"f", "enter")
        assert "`/f` has changed since the layer was read" in pane_text(app, "content")
        assert "wrong" not in pane_text(app, "content")


async def test_a_file_that_takes_long_is_given_up_when_the_cursor_moves_on():
    source = MemorySource(app_of([file("a", b"slow\n")], [file("b", b"fast\n")]))
    source.stamp = lambda _descriptor: "a blob that is not kept"
    async with exploring(None, source=source) as (app, pilot):
        gate = source.hold(0)
        app.browser.state.cursor = b"a"
        await pilot.press("tab", "a", "enter")
        await until(pilot, lambda: "reading" in pane_text(app, "content"))
        await pilot.press("shift+tab", "J")
        app.browser.state.cursor = b"b"
        app.explorer.changed(Changed.CURSOR)
        gate.set()
        await until(pilot, lambda: "1  fast" in pane_text(app, "content"))


async def test_what_was_kept_while_loading_is_not_fetched_again():
    source = MemorySource(app_of(FILES))
    async with exploring(None, source=source) as (app, pilot):
        await at(app, pilot, b"a.py", "enter")
        assert len(source.opened) == 1
        assert "fetched" not in pane_text(app, "content")


async def test_the_file_is_given_to_the_pager_and_removed_afterwards(monkeypatch, tmp_path):
    seen = tmp_path / "seen"
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\npwd > {seen}\ncat "$@" >> {seen}\necho "$LESSSECURE$LESSOPEN" >> {seen}\n')
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    monkeypatch.setenv("LESSOPEN", "|evil %s")
    async with exploring(app_of([file("f;rm -rf", b"text\n")])) as (app, pilot):
        monkeypatch.setattr(type(app), "suspend", suspended)
        app.browser.state.cursor = b"f;rm -rf"
        await pilot.press("tab", "o")
        await until(pilot, seen.exists)
        await until(pilot, lambda: len(seen.read_text().splitlines()) == 3)
    where, *rest = seen.read_text().splitlines()
    assert rest == ["text", "1"]
    assert not os.path.exists(where)  # noqa: ASYNC240, PTH110 - it is only a look


async def test_without_a_pager_it_is_said(monkeypatch):
    for name in ("PAGER", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    async with exploring(app_of(FILES)) as (app, pilot):
        app.browser.state.cursor = b"a.py"
        await pilot.press("tab", "o")
        await until(pilot, lambda: "no pager was found" in screen_text(app))


async def test_a_row_of_a_list_has_a_diff_too():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: "etc/passwd" in pane_text(app, "listing"))
        await pilot.press("d")
        await read(app, pilot)
        assert app.explorer.pane.NAME == "content"
