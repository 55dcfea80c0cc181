"""Copying to the clipboard."""

import shlex
import subprocess

import pytest

from layerscope.cli.main import main
from layerscope.oci import Platform
from layerscope.sources.open import open_store
from layerscope.tui.rows.image_command import quoted_path
from support.local_images import layout_files, named, write_directory
from support.screens import exploring, screen_text, type_at_once, until
from support.small_app import LAYERS, small_app
from support.tars import directory, file

MANY = (
    *LAYERS,
    [
        file("var/lib/new", b"n"),
        directory("opt/a/b/"),
        file("opt/a/b/c", b"c"),
        file("opt/a/b/d", b"d"),
        file("kind", b"a file"),
    ],
    [file("opt/.wh.a"), directory("kind/"), file("kind/inside", b"i"), file("usr/bin/.wh..wh..opq")],
    [directory("opt/a/b/"), file("opt/a/b/e", b"e"), file("kind", b"a file again"), directory("usr/bin/")],
    [],
    [file("etc/.wh.hosts"), file("opt/a/.wh.b"), file(".wh.kind")],
)
STEPS = tuple((f"step {number}", False) for number in range(len(MANY)))
"""Removed and written again, of another type, opaque, and a layer of nothing."""
EMPTY = (" / --layer 6", " /opt/a", " /usr/bin", "/apt/lists")
"""The ends of commands that have nothing to list: that layer, and directories that are empty in the end."""


async def test_the_path_is_copied_and_said():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "j", "j", "y")
        assert app.clipboard == "/etc"
        await until(pilot, lambda: "copied /etc" in screen_text(app))


async def test_what_is_copied_is_what_the_cursor_is_on_however_fast_one_types():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab")
        type_at_once(app, "j", "j", "y")
        await until(pilot, lambda: app.clipboard)
        assert app.clipboard == "/etc"


async def test_the_digest_of_the_layer_is_copied():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "Y")
        assert app.clipboard == str(app.session.image.layers[1].descriptor.digest)


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        ((), "layers localhost:5000/app:latest"),
        (("w",), "waste localhost:5000/app:latest"),
        (("W",), "waste localhost:5000/app:latest --savings"),
        (("tab", "J"), "ls -l localhost:5000/app:latest / --layer 1"),
        (("tab", "J", "J", "a"), "ls -l localhost:5000/app:latest /"),
    ],
)
async def test_the_command_line_for_what_is_looked_at_is_copied(keys, command):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press(*keys, "ctrl+y")
        assert app.clipboard == f"layerscope {command}"


@pytest.mark.parametrize(
    ("look", "path", "options"),
    [
        ({"layer": 2}, "etc/shadow", ["--deleted --layer 2"]),
        ({"layer": 3, "ghosts": True}, "etc/shadow", ["--deleted --layer 2"]),
        ({"layer": 3, "whole": True}, "etc/shadow", ["--deleted --layer 2"]),
        ({"layer": 1, "whole": True}, "var/lib/apt/lists/Packages", ["--layer 1"]),
        ({"layer": 3, "whole": True}, "etc/passwd", [""]),
        ({"layer": 1, "whole": True}, "etc/passwd", ["--layer 0"]),
        ({"layer": 3}, "etc/passwd", [""]),
        ({"layer": 1}, "etc/shadow", ["--layer 0"]),
        ({"layer": 1, "anchor": 3}, "etc", ["--layer 1", "--layer 2"]),
        ({"layer": 2, "anchor": 3}, "etc", ["--layer 2"]),
        ({"layer": 0, "anchor": 3}, "var/lib", ["--layer 1", "--layer 2", "--layer 3"]),
        ({"layer": 1, "anchor": 2}, "var/lib/apt/lists", ["--layer 1", "--layer 2"]),
    ],
)
async def test_the_command_line_for_a_path_is_the_one_that_comes_nearest(look, path, options):
    async with exploring(small_app(layers=MANY, steps=STEPS)) as (app, _):
        look_at(app.browser, **look)
        app.browser.state.cursor = path.encode()
        command = app.browser.files.command
    listings = [f"layerscope ls -l localhost:5000/app:latest /{path} {option}".strip() for option in options]
    assert command == " && ".join(listings)


async def test_every_command_line_works(tmp_path, capfd):
    built = small_app(layers=MANY, steps=STEPS)
    write_directory(tmp_path, layout_files([named(built, "latest")], built))
    looks = [{"layer": layer, "whole": whole} for layer in range(len(MANY)) for whole in (False, True)]
    looks += [{"layer": upper, "anchor": lower} for upper in range(len(MANY)) for lower in range(upper)]
    commands = set()
    async with exploring(built, source=open_store(f"oci:{tmp_path}")) as (app, _):
        for look in looks:
            tree = look_at(app.browser, ghosts=True, **look)
            for row in range(len(tree.rows)):
                app.browser.files.select_row(row)
                commands.add(app.browser.files.command)
    assert len(commands) > 40
    for command in sorted({single for several in commands for single in several.split(" && ")}):
        code = main(shlex.split(command)[1:])
        out, err = capfd.readouterr()
        assert code == 0, command
        assert err in ("", "note: the list is empty\n"), command
        assert out or command.endswith(EMPTY), command


async def test_the_platform_that_was_asked_for_is_in_the_command_line():
    async with exploring(small_app(), platform=Platform.parse("linux/amd64")) as (app, pilot):
        await pilot.press("ctrl+y")
        assert app.clipboard == "layerscope layers localhost:5000/app:latest --platform linux/amd64"


def look_at(browser, **look):
    """The tree with everything in it shown, in this state."""
    state = browser.state
    for name, value in look.items():
        setattr(state, name, value)
    state.hidden.clear()
    state.expansion.set_below(b"", opened=True)
    browser.view_changed()
    return browser.tree


async def test_a_hostile_path_is_copied_so_that_nothing_happens_when_it_is_pasted():
    layers = ([file("evil\x1b]52;c;AAAA\x07$(reboot)\nrm -rf ~", b"x")],)
    async with exploring(small_app(layers=layers, steps=(("COPY", False),))) as (app, pilot):
        await pilot.press("tab", "j", "y")
        assert app.clipboard.isprintable()
        assert app.clipboard.startswith("$'/evil\\x1b]52;c;AAAA\\x07$(reboot)\\x0arm")


@pytest.mark.real("bash")
@pytest.mark.parametrize("path", [b"plain/a.txt", b"it's $HOME `x`", b"\x1b[31m\n\t", b"\xff\xfe", "ünï/ß".encode()])
def test_a_shell_reads_a_copied_path_as_it_is(path):
    printed = subprocess.run(["bash", "-c", f"printf %s {quoted_path(path)}"], capture_output=True, check=True)
    assert printed.stdout == b"/" + path
