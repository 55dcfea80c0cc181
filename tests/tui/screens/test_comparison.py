"""Two images in the explorer."""

import re

import pytest

from layerscope.errors import SourceError
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.trail import ImageLocation
from support.images import build_image
from support.local_images import layout_files, named, write_directory
from support.memory_source import MemorySource
from support.screens import (
    browsing,
    comparing,
    names,
    pane_lines,
    pane_text,
    screen_lines,
    screen_text,
    until,
)
from support.small_app import LAYERS, small_app
from support.tars import file

TOP = [
    file("etc/hosts", b"localhost\nmore\n", uid=1000, gid=100),
    file("srv/\x1b[31mnew", b"n" * 3000),
    file("usr/bin/.wh.bash"),
]
BEFORE = small_app(config={"Env": ["A=1"], "Cmd": ["bash"]})
AFTER = small_app([*LAYERS[:2], TOP], config={"Env": ["A=2"], "Cmd": ["bash"]})
ONE, OTHER = "localhost:5000/app:1", "localhost:5000/app:2"


def sources(before=BEFORE, after=AFTER):
    return MemorySource(before, ONE), MemorySource(after, OTHER)


def signs(app):
    """Sign of each row of the tree by its name, and by its note if it has one."""
    lines = (re.search(r"^([-+~]) .*? (\S+(?:  \(.*\))?)$", line) for line in pane_lines(app, "files")[2:])
    return {found[2]: found[1] for found in lines if found}


def keys_of(text):
    """The keys that type a text."""
    return [{":": "colon", "/": "slash", "-": "minus", "_": "underscore", ".": "full_stop"}.get(c, c) for c in text]


async def select(pilot, app, path):
    """Put the cursor of the tree on a path."""
    await pilot.press("2", "E")
    app.browser.state.cursor = path.encode()
    app.explorer.changed(Changed.CURSOR)
    await pilot.pause()
    assert app.browser.files.cursor_path == path.encode()


async def test_the_tree_shows_with_signs_what_differs_from_the_first_image_to_the_second():
    async with comparing(BEFORE, AFTER) as (app, pilot):
        await pilot.press("2", "E")
        assert pane_lines(app, "files")[0].startswith("─ Files: what changed from A to B ")
        assert pane_lines(app, "files")[1].split() == ["mode", "+size", "-size", "name"]
        found = signs(app)
        assert found["bash"] == "-"
        assert found["hosts  (content)"] == found["passwd  (mode)"] == "~"
        assert found["\\x1b[31mnew"] == found["shadow"] == "+"
        assert "java" not in pane_text(app, "files")


async def test_the_figures_are_those_of_diff():
    async with comparing(BEFORE, AFTER, size=(160, 60)) as (app, _):
        diff, header = app.session.diff, screen_lines(app)[0]
        details = pane_text(app, "details")
    assert f"{ONE} → {OTHER}" in header
    assert "182 B to pull  +11.0 kB live" in header
    assert (diff.layers.pull_size, diff.size_delta) == (182, 11_006)
    assert re.search(r"live +62\.0 kB +73\.0 kB +\+11\.0 kB", details)
    assert "layers      2 shared, 1 only in A, 1 only in B" in details
    assert "layer 2 is the first layer that differs, but its instruction" in " ".join(details.split())
    assert re.search(r'config\.Env\.A\n- "1"\n\+ "2"', details)


async def test_layers_that_both_images_have_are_there_once_and_read_once():
    one, other = sources()
    async with comparing(None, None, sources=(one, other)) as (app, _):
        rows = [line.split()[:2] for line in pane_lines(app, "layers")[3:-1] if line]
        assert [row for row in rows if row[1] != "-"] == [["┃=", "0"], ["┃=", "1"], ["┃-", "2"], ["┃+", "2"]]
        assert one.opened == [layer["digest"] for layer in BEFORE.manifest["layers"]]
        assert other.opened == [AFTER.manifest["layers"][2]["digest"]]


async def test_each_layer_of_both_images_shows_what_it_changed_in_its_image():
    async with comparing(BEFORE, AFTER) as (app, pilot):
        titles = []
        for _ in range(4):
            await pilot.press("J")
            titles.append((pane_lines(app, "files")[0].strip("─ "), pane_lines(app, "details")[1]))
        assert titles == [
            ("Files: what layer 0 of B changed", "in          A and B; below, as in B"),
            ("Files: what layer 1 of B changed", "in          A and B; below, as in B"),
            ("Files: what layer 2 of A changed", "in          only A"),
            ("Files: what layer 2 of B changed", "in          only B"),
        ]
        await pilot.press("2", "E")
        assert {"bash": "-", "\\x1b[31mnew": "+"}.items() <= signs(app).items()
        await pilot.press("K", "E")
        assert {"shadow": "-", "Packages": "-"}.items() <= signs(app).items()


async def test_a_layer_of_one_image_is_compared_with_a_layer_of_the_other():
    async with comparing(BEFORE, AFTER) as (app, pilot):
        await pilot.press("J", "J", "J", "m", "K", "2")
        assert pane_lines(app, "files")[0].strip("─ ") == "Files: what changed from A after layer 2 to B after layer 1"
        await pilot.press("ctrl+y")
        assert app.clipboard == f"layerscope diff {ONE} {OTHER} --layer-a 2 --layer-b 1"


async def test_the_details_have_a_path_of_both_images_and_why_it_differs():
    async with comparing(BEFORE, AFTER, size=(120, 60)) as (app, pilot):
        await select(pilot, app, "etc/hosts")
        details = pane_lines(app, "details")
        assert details[2:5] == ["change      modified: content", "type        file", "size        16 bytes → 15 bytes"]
        assert details.index("Versions in A") < details.index("Versions in B")
        assert "▸ layer   2     15 B  live" in details
        await select(pilot, app, "usr/bin/bash")
        assert "change      only in A" in pane_lines(app, "details")


async def test_a_file_that_was_moved_names_its_other_path():
    one, other = build_image([[("old/file", b"1234")]]), build_image([[("new/file", b"1234")]])
    async with comparing(one, other) as (app, pilot):
        await select(pilot, app, "new/file")
        assert "same as /old/file, which only A has" in " ".join(pane_text(app, "details").split())


async def test_enter_shows_how_the_content_of_a_file_differs():
    async with comparing(BEFORE, AFTER, size=(120, 50)) as (app, pilot):
        await select(pilot, app, "etc/hosts")
        await pilot.press("enter")
        await until(pilot, lambda: "+more" in pane_text(app, "content"))
        assert "from layer 1 of A to layer 2 of B" in pane_text(app, "content")
        await pilot.press("ctrl+y")
        assert app.clipboard == f"diff -u <(layerscope cat {ONE} /etc/hosts) <(layerscope cat {OTHER} /etc/hosts)"


async def test_a_file_is_read_from_the_image_that_has_it():
    async with comparing(BEFORE, AFTER, size=(120, 50)) as (app, pilot):
        await select(pilot, app, "usr/bin/bash")
        await pilot.press("V")
        await until(pilot, lambda: "of A" in pane_lines(app, "content")[0] and " kB" in pane_lines(app, "content")[-1])
        await pilot.press("H")
        await until(pilot, lambda: "live" in pane_text(app, "content"))
        assert "removed" not in pane_text(app, "content")


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        ((), f"diff {ONE} {OTHER}"),
        (("2",), f"diff {ONE} {OTHER}"),
        (("v",), f"diff {ONE} {OTHER} --files --all"),
        (("J",), f"layers {OTHER}"),
        (("J", "J", "J"), f"layers {ONE}"),
        (("J", "J", "J", "2"), f"ls -l {ONE} / --layer 2"),
        (("J", "2"), f"ls -l {OTHER} / --layer 0"),
        (("w",), f"waste {OTHER}"),
    ],
)
async def test_the_command_that_is_copied_prints_what_is_shown(keys, command):
    async with comparing(BEFORE, AFTER) as (app, pilot):
        await pilot.press(*keys, "ctrl+y")
        await until(pilot, lambda: app.clipboard)
        assert app.clipboard == f"layerscope {command}"


async def test_a_path_of_both_images_is_in_the_command():
    async with comparing(BEFORE, AFTER) as (app, pilot):
        await select(pilot, app, "etc/hosts")
        await pilot.press("ctrl+y")
        assert app.clipboard == f"layerscope diff {ONE} {OTHER} /etc/hosts"


async def test_filters_queries_and_the_list_work_on_what_differs():
    async with comparing(BEFORE, AFTER) as (app, pilot):
        await pilot.press("2", "minus")
        assert "without removed" in pane_text(app, "files")
        await pilot.press("E")
        assert "-" not in signs(app).values()
        await pilot.press("0", "slash", *">1k", "enter")
        await until(pilot, lambda: not app.browser.is_searching)
        assert {"bash": "-", "Packages": "+"}.items() <= signs(app).items()
        assert "hosts" not in pane_text(app, "files")
        await pilot.press("escape", "v")
        await until(pilot, lambda: "Packages" in pane_text(app, "listing"))
        assert pane_lines(app, "listing")[2].split()[:4] == ["20.0", "kB", "B", "1"] or "A 0" in pane_text(
            app, "listing"
        )
        await pilot.press("escape", "a")
        assert "all of B, changes from A" in pane_lines(app, "files")[0]
        assert any(name.endswith("jvm") for name in names(app))


async def test_a_file_of_the_first_image_is_saved_from_it(tmp_path):
    async with comparing(BEFORE, AFTER) as (app, pilot):
        await select(pilot, app, "usr/bin/bash")
        await pilot.press("x")
        assert "as it is after layer 2 of A (1 file, 12.0 kB)" in " ".join(screen_text(app).replace("│", " ").split())
        await pilot.press("backspace", *keys_of(str(tmp_path / "out")), "enter")
        await until(pilot, lambda: "1 file written" in screen_text(app))
    assert [path.read_bytes() for path in (tmp_path / "out").rglob("bash")] == [b"#" * 12_000]


async def test_the_same_image_is_said_to_be_the_same_at_once_and_no_layer_is_read():
    one, other = sources(BEFORE, BEFORE)
    async with comparing(None, None, sources=(one, other)) as (app, pilot):
        assert "the same image" in screen_lines(app)[0]
        text = "".join(pane_text(app, "files").split())
        assert f"AandBarethesameimage,{BEFORE.digest}:nothingdiffers,andnolayerisread" in text
        await pilot.press("J", "r")
        assert pane_lines(app, "files")[0].startswith("─ Files: A and B are the same image")
        assert one.opened == other.opened == []


async def test_images_without_a_difference_in_files_say_so():
    async with comparing(BEFORE, small_app(config={"Env": ["A=2"]})) as (app, pilot):
        await pilot.press("2")
        text = " ".join(pane_text(app, "files").split())
        assert "no file differs from A to B; press c to show unmodified paths" in text


async def test_until_both_images_are_read_no_difference_is_claimed():
    one, other = sources()
    gate = other.hold(2)
    async with comparing(None, None, sources=(one, other), loaded=False) as (app, pilot):
        await until(pilot, lambda: len(app.session.base.contents) == 3 and len(app.session.contents) == 2)
        assert "reading the layers of both images" in pane_text(app, "files")
        assert "still reading layer 2 of B" in pane_text(app, "details")
        await pilot.press("S")
        gate.set()
        await until(pilot, lambda: app.session.stopped)
        assert "reading was stopped; r continues" in pane_text(app, "files")
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete)
        assert "what changed from A to B" in pane_lines(app, "files")[0]


async def test_a_layer_that_cannot_be_read_is_named_with_its_image_and_read_again():
    one, other = sources()
    one.fail(2)
    async with comparing(None, None, sources=(one, other)) as (app, pilot):
        assert "incomplete: A: layer 2 is truncated" in screen_lines(app)[0]
        assert "A: layer 2 is truncated" in pane_lines(app, "files")[0]
        assert [str(problem) for problem in app.explorer.problems] == ["A: layer 2 is truncated: the connection broke"]
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete)
        assert "what changed from A to B" in pane_lines(app, "files")[0]


async def test_an_image_that_cannot_be_opened_is_a_question():
    one, other = sources()
    one.roots = MemorySource(BEFORE, error=SourceError("there is no such tag")).roots
    async with comparing(None, None, sources=(one, other), loaded=False) as (app, pilot):
        await until(pilot, lambda: "there is no such tag" in screen_text(app))


async def test_an_image_without_layers_is_compared_and_says_that_it_has_none():
    history = [{"created_by": "USER app", "empty_layer": True}]
    for before, after in ((build_image([], history), AFTER), (AFTER, build_image([], history))):
        async with comparing(before, after) as (app, pilot):
            await pilot.press("2", "E")
            assert set(signs(app).values()) <= {"+" if after is AFTER else "-", "~"}
            await pilot.press("1", *["down", "Y"] * len(app.browser.history))
            step = [row.entry.created_by for row in app.browser.history].index("USER app")
            app.browser.select_step(step)
            app.explorer.changed(Changed.SCOPE)
            await pilot.pause()
            assert "this image has no layers" in pane_text(app, "files")


async def test_artifacts_are_named_and_said_to_have_no_file_system():
    artifact = build_image([[("a", b"1")]], platform="unknown/unknown", layer_media_type="application/vnd.in-toto+json")
    async with comparing(artifact, BEFORE, size=(120, 60)) as (app, _):
        text = " ".join(pane_text(app, "details").split())
        assert "A is an artifact of type" in text


async def test_other_platforms_are_named():
    arm = build_image([[("a", b"1")]], architecture="arm64")
    async with comparing(BEFORE, arm, size=(120, 60)) as (app, _):
        assert "the platforms differ: linux/amd64 and linux/arm64" in " ".join(pane_text(app, "details").split())


async def test_an_image_is_compared_as_it_was_after_a_layer():
    async with comparing(BEFORE, BEFORE, layers=(1, None)) as (app, pilot):
        await pilot.press("2", "E")
        assert {"shadow": "-", "Packages": "-"}.items() <= signs(app).items()
        await pilot.press("1", "ctrl+y")
        assert app.clipboard == f"layerscope diff {ONE} {OTHER} --layer-a 1"


async def test_d_compares_the_open_image_with_one_that_is_named(tmp_path):
    for name, built in (("one", BEFORE), ("other", AFTER)):
        write_directory(tmp_path / name, layout_files([named(built, "latest")], built))
    async with browsing(ImageLocation(f"oci:{tmp_path / 'other'}")) as (app, pilot):
        await until(pilot, lambda: app.session.is_complete)
        await pilot.press("D")
        await until(pilot, lambda: "Compare" in screen_text(app))
        await pilot.press(*keys_of(f"oci:{tmp_path / 'one'}"), "enter")
        await until(pilot, lambda: app.screen.__class__.__name__ == "ImageScreen" and app.screen.session.diff)
        assert app.screen.session.diff.size_delta == 11_006
        await pilot.press("escape")
        assert app.screen.session.base is None
