"""The installed program on a real terminal, from start to end."""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time

import pytest

from support.images import build_image
from support.local_images import classic_files, layout_files, named, write_archive, write_directory
from support.small_app import small_app
from support.tars import file
from support.tmux import PATIENCE, terminal

HOSTILE = {
    "osc52": b"evil\x1b]52;c;UFdORUQ=\x07",
    "title": b"evil\x1b]0;PWNED\x1b\\",
    "clear": b"\x1b[2J\x1b[H",
    "c1": "\x9b31mred".encode(),
    "bidi": "gpj.\u202eexe".encode(),
    "markup": b"[@click=app.quit]x[b]",
    "close": b"[/]",
    "newline": b"two\nlines",
    "invalid": b"\xff\xfe\x80",
    "long": b"n" * 4000,
    "wide": "全角文字.txt".encode(),
    "zero": "a\u200b\u0301\u0301\u0301\u0301\u0301z".encode(),
    "lonely": "\u0301alone".encode(),
    "emoji": "👩\u200d👩\u200d👧 \u2764\ufe0f".encode(),
}


@pytest.fixture
def image(tmp_path):
    """An OCI layout on disk of an image; its name."""

    def write(built):
        write_directory(tmp_path, layout_files([named(built, "latest")], built))
        return f"oci:{tmp_path}"

    return write


def assert_clean(screen):
    assert screen.mode("alternate_on") == "0"
    assert screen.mode("mouse_any_flag") == "0"
    assert screen.mode("cursor_flag") == "1"


@pytest.mark.real("tmux")
def test_an_image_on_standard_input_is_explored_with_the_keyboard_of_the_terminal(tmp_path):
    archive = write_archive(tmp_path / "app.tar", classic_files(small_app()))
    with terminal("-", stdin=archive, width=120) as screen:
        screen.look_for("what layer 0 changed", "passwd", "75.6 % live")
        screen.type("J", "J")
        screen.look_for("what layer 2 changed")
        screen.type("q")
        screen.look_for("ENDED WITH 0")
        assert_clean(screen)


@pytest.mark.real("tmux", "pgrep")
def test_an_image_is_explored_from_start_to_end(image):
    with terminal(image(small_app()), width=120) as screen:
        screen.look_for("linux/amd64", "Files: what layer 0 changed", "passwd", "75.6 % live")
        screen.type("J", "J", "Tab")
        screen.look_for("what layer 2 changed", "passwd  (mode)")
        screen.type("/", "shad")
        screen.look_for("1 of 1", "shadow")
        screen.type("Enter", "w")
        screen.look_for("Waste: 20.0 kB")
        screen.type("w", "?")
        screen.look_for("one line up")
        screen.type("?")
        screen.resize(60, 15)
        screen.look_for("Files: what layer 2 changed")
        screen.type("q")
        screen.look_for("ENDED WITH 0")
        assert_clean(screen)


@pytest.mark.real("tmux", "pgrep")
@pytest.mark.parametrize(("key", "end"), [("q", "ENDED WITH 0"), ("C-c", "ENDED WITH 2")])
def test_the_terminal_is_clean_when_a_server_that_never_answers_is_given_up(key, end):
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        with terminal(f"{host}/app") as screen:
            screen.look_for("opening the image")
            screen.type(key)
            screen.look_for(end)
            assert_clean(screen)


@pytest.mark.real("tmux", "pgrep")
def test_an_image_that_is_not_there_is_told_in_a_panel_and_again_at_the_end():
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
    with terminal(f"{host}/app") as screen:
        screen.look_for("The image cannot be opened", "refused", "r retry")
        screen.type("q")
        screen.look_for(f"error: `{host}` refused the connection", "ENDED WITH 2")
        assert_clean(screen)


@pytest.mark.real("tmux", "pgrep")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 0)])
def test_a_signal_leaves_a_clean_terminal(image, number, code):
    with terminal(image(small_app())) as screen:
        screen.look_for("passwd")
        shell = int(screen.mode("pane_pid"))
        children = subprocess.run(["pgrep", "-P", str(shell)], capture_output=True, text=True, check=True).stdout
        os.kill(int(children.split()[0]), number)
        screen.look_for(f"ENDED WITH {code}")
        assert_clean(screen)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_even_if_the_terminal_takes_no_output(image, number):
    main_end, slave = pty.openpty()
    command = [sys.executable, "-m", "layerscope", image(small_app())]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | {"TERM": "xterm"}) as run:
        read_until(main_end, b"passwd")
        termios.tcflow(slave, termios.TCOOFF)
        os.write(main_end, b"??" * 20)
        run.send_signal(number)
        try:
            assert run.wait(PATIENCE) == 128 + number
        finally:
            run.kill()
    os.close(main_end)
    os.close(slave)


@pytest.mark.real("tmux", "pgrep")
def test_hostile_names_stay_on_their_rows_and_columns_stay_aligned(image):
    with terminal(image(build_image([[file(name, b"x") for name in names_of()]])), width=140, height=40) as screen:
        screen.type("Tab", "E")
        lines = screen.look_until(lambda lines: len(file_rows(lines)) == len(HOSTILE), f"{len(HOSTILE)} files")
        for text in ("\\x1b]52;c;UFdORUQ=\\x07", "[@click=app.quit]x[b]", "two\\nlines", "\\u202e"):
            assert any(text in line for line in lines)
        assert {cells(line) for line in file_rows(lines)} == {cells(lines[1])}
        screen.type("q")
        screen.look_for("ENDED WITH 0")


@pytest.mark.real("tmux", "pgrep")
def test_without_colour_and_in_ascii_everything_is_there(image):
    with terminal(image(small_app()), width=120, LANG="C", NO_COLOR="1") as screen:
        assert "\n".join(screen.look_for("passwd", "75.6 % live")).isascii()
        screen.type("?")
        assert "\n".join(screen.look_for("Help", "esc closes")).isascii()
        screen.type("C-c")
        screen.look_for("ENDED WITH 0")


@pytest.mark.real("tmux", "pgrep")
@pytest.mark.parametrize(
    ("opening", "ready"), [("/", "find"), (":", "letters of the path"), ("x", "below this directory")]
)
def test_keys_that_are_typed_at_once_act_in_the_order_they_are_typed(image, opening, ready):
    with terminal(image(small_app()), width=120) as screen:
        screen.look_for("passwd")
        screen.type("Tab", opening)
        screen.look_for(ready)
        screen.type("leaxx", "BSpace", "BSpace", "d")
        screen.look_for("lead")
        screen.type("x", "C-u", "abcdef", "Home", "X", "End", "Y", "C-w", "12", "Left", "3")
        screen.look_for("132")


@pytest.mark.real("tmux", "pgrep")
def test_what_is_typed_ahead_to_find_a_path_finds_it(image):
    with terminal(image(small_app()), width=120) as screen:
        screen.look_for("passwd")
        screen.type("/", "shaxx", "BSpace", "BSpace", "Enter", "j")
        screen.look_for("matching text sha", "1 of 1")


@pytest.mark.real("tmux", "pgrep")
def test_keys_that_are_typed_at_once_go_to_the_help_until_it_is_closed(image):
    with terminal(image(small_app())) as screen:
        screen.look_for("passwd")
        screen.type("?", "j", "q", "q")
        screen.look_for("ENDED WITH 0")


def test_nothing_of_a_hostile_name_reaches_the_terminal_unescaped(image):
    name = image(build_image([[file(name, b"x") for name in names_of()]]))
    written = run_on_terminal([name], b"\tEjjjjjjjjjjjjjj y /e\r\x1bw?\x1b:e", b"q")
    assert b"evil" in written
    for wanted in (b"]52;c;UFdORUQ", b"]0;PWNED", b"\x9b31m", "\u202e".encode(), b"\xff\xfe", "\u200b".encode()):
        assert wanted not in re.sub(rb"\\x1b(\][^\x07\x1b]*)", b"", written)


def file_rows(lines):
    return [line for line in lines[3:] if "-rw-r--r--" in line]


def names_of():
    return [name.decode("utf-8", "surrogateescape") for name in HOSTILE.values()]


def cells(line):
    from rich.cells import cell_len

    return cell_len(line.rstrip())


def run_on_terminal(arguments, keys, last):
    """All that the program writes to its terminal while these keys are pressed."""
    main_end, slave = pty.openpty()
    command = [sys.executable, "-m", "layerscope", *arguments]
    written = b""
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | {"TERM": "xterm"}) as run:
        os.close(slave)
        written += read_until(main_end, b"evil")
        for key in keys:
            os.write(main_end, bytes([key]))
            written += read_for(main_end, 0.1)
        os.write(main_end, b"\x1b\x1b")
        limit = time.monotonic() + PATIENCE
        while run.poll() is None and time.monotonic() < limit:  # an escape just before a key makes another key of it
            written += read_for(main_end, 0.3)
            os.write(main_end, last)
        run.kill()
    os.close(main_end)
    return written


def read_until(end, text):
    written = b""
    limit = time.monotonic() + 30
    while text not in written and time.monotonic() < limit:
        written += read_for(end, 0.1)
    return written


def read_for(end, seconds):
    written = b""
    while select.select([end], [], [], seconds)[0]:
        try:
            written += os.read(end, 65536)
        except OSError:
            return written
    return written
