"""Copying to the clipboard."""

import subprocess

import pytest

from layerscope.tui.lines.quoting import quoted_path
from support.images import entry
from support.screens import exploring, screen_text, type_at_once, until
from support.small_app import small_app


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
        ((), "layerscope layers localhost:5000/app:latest"),
        (("tab", "J"), "layerscope ls -l localhost:5000/app:latest / --layer 1"),
        (("tab", "a"), "layerscope ls -l localhost:5000/app:latest /"),
        (("w",), "layerscope waste localhost:5000/app:latest"),
    ],
)
async def test_the_command_line_for_what_is_looked_at_is_copied(keys, command):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press(*keys, "ctrl+y")
        assert app.clipboard == command


async def test_a_hostile_path_is_copied_so_that_nothing_happens_when_it_is_pasted():
    layers = ([entry("evil\x1b]52;c;AAAA\x07$(reboot)\nrm -rf ~", b"x")],)
    async with exploring(small_app(layers=layers, steps=(("COPY", False),))) as (app, pilot):
        await pilot.press("tab", "j", "y")
        assert app.clipboard.isprintable()
        assert app.clipboard.startswith("$'/evil\\x1b]52;c;AAAA\\x07$(reboot)\\x0arm")


@pytest.mark.real("bash")
@pytest.mark.parametrize("path", [b"plain/a.txt", b"it's $HOME `x`", b"\x1b[31m\n\t", b"\xff\xfe", "ünï/ß".encode()])
def test_a_shell_reads_a_copied_path_as_it_is(path):
    printed = subprocess.run(["bash", "-c", f"printf %s {quoted_path(path)}"], capture_output=True, check=True)
    assert printed.stdout == b"/" + path
