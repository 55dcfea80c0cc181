import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from layerscope import __version__
from layerscope.cli import command_table as commands
from layerscope.cli.command_table import COMMANDS
from layerscope.cli.wrong_command import nearest_command
from support.images import build_image

SLOW = {"numpy", "httpx", "textual", "yaml", "xxhash", "indexed_gzip"}


def loaded_by(*arguments):
    """The modules that are loaded after a run of the program."""
    script = f"import sys\nfrom layerscope.cli.main import main\nmain({list(arguments)!r})\nprint('\\n', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture
def failing(monkeypatch):
    """Make the command `layers` raise this."""

    def install(error):
        @click.command
        def command():
            raise error

        monkeypatch.setattr(commands.CommandEntry, "load", lambda _entry: command)

    return install


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["a/Upper"], ["layers", "a/Upper"], ["ls", "a//b"], ["layers", "--bad"]]
)
def test_version_help_and_a_wrong_reference_need_nothing_that_is_slow_to_import(arguments):
    assert not loaded_by(*arguments) & SLOW


def test_the_version_is_printed_on_standard_output(cli):
    outcome = cli("--version")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"layerscope {__version__}\n", "")


def test_help_lists_every_command_with_what_it_does(cli):
    outcome = cli("--help")
    assert outcome.code == 0
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.summary)}", outcome.out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_has_help_of_its_own(cli, name):
    outcome = cli(name, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: layerscope {name} ")


def test_without_arguments_the_help_goes_to_standard_error_with_exit_code_2(cli):
    outcome = cli()
    assert (outcome.code, outcome.out) == (2, "")
    assert "IMAGE | COMMAND" in outcome.err


def test_a_first_argument_that_is_not_a_command_is_an_image_to_explore(cli, app):
    assert cli(app.name).lines == cli("explore", app.name).lines != []


def test_options_may_stand_before_the_image(cli, app):
    outcome = cli("--platform", "linux/amd64", app.name)
    assert (outcome.code, outcome.err) == (0, "")


def test_an_image_that_is_called_like_a_command_can_be_explored(cli, layout, tmp_path, monkeypatch):
    layout(app=build_image()).rename(tmp_path / "layers")
    monkeypatch.chdir(tmp_path)
    assert cli("explore", "layers").lines[0].startswith("reference")
    assert cli("layers").code == 2


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["a/Upper"], "the image name `a/Upper` has upper-case letters: `Upper`", "write `a/upper`"),
        (["layers"], "missing argument `IMAGE`", "see `layerscope layers --help`"),
        (["layers", "--jsn", "x"], "no such option `--jsn`", "did you mean `--json`?"),
        (["layers", "--nosuch", "x"], "no such option `--nosuch`", "see `layerscope layers --help`"),
        (
            ["layers", "x", "--platform", "linux"],
            "`linux` is not a platform",
            "write `os/architecture[/variant]`",
        ),
        (
            ["layers", "x", "--insecure", "a/b"],
            "`a/b` is not a registry host",
            "write only the host: `a`",
        ),
        (["x", "y"], "there is no command `x`", "`layerscope --help` lists the commands"),
        (["ls", "x", "--layer", "-1"], "invalid value for `--layer`: `-1` is less than 0", "see `"),
        (["completion", "tcsh"], "invalid value for `SHELL`: `tcsh` is not one of", "see `"),
        (["inspect", "Bad Ref!"], "`Bad Ref!` is not a valid image name", "use lower-case letters"),
        (["inspect", "a/Bad Ref!"], "`Bad Ref!` is not valid in the image name `a/Bad Ref!`", "use lower-case letters"),
        (["layer", "localhost:1/x"], "there is no command `layer`", "did you mean `layerscope layers localhost:1/x`?"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence_and_one_hint_with_exit_code_2(cli, arguments, message, hint):
    outcome = cli(*arguments)
    error, hinted = outcome.err.splitlines()
    assert (outcome.code, outcome.out) == (2, "")
    assert error.startswith(f"error: {message}")
    assert not error.endswith(".")
    assert hinted.startswith(f"hint: {hint}")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("LAYERSCOPE_OFFLINE", "maybe", "invalid value for `LAYERSCOPE_OFFLINE`: `maybe` is neither `1` nor `0`"),
        ("LAYERSCOPE_PLATFORM", "foo", "`LAYERSCOPE_PLATFORM`: `foo` is not a platform"),
    ],
)
def test_a_wrong_value_in_a_variable_is_named_with_the_variable(cli, monkeypatch, variable, value, message):
    monkeypatch.setenv(variable, value)
    outcome = cli("inspect", "alpine")
    error, hint = outcome.err.splitlines()
    assert error == f"error: {message}"
    assert "--help" not in hint


def test_what_the_user_typed_is_escaped_in_errors(cli):
    outcome = cli("layers", "--\x1b[31mred")
    assert outcome.code == 2
    assert "\x1b" not in outcome.err


def test_a_misspelt_command_gets_a_hint_if_no_image_has_that_name(cli, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: (_ for _ in ()).throw(OSError("no network")))
    outcome = cli("inspekt")
    assert outcome.code == 2
    error, hint = outcome.err.splitlines()
    assert error.startswith("error: there is no command `inspekt`, and the image `inspekt` cannot be opened: ")
    assert hint == "hint: did you mean `layerscope inspect`?"


@pytest.mark.parametrize(
    ("word", "command"), [("inspekt", "inspect"), ("rm", "delete"), ("dive", "explore"), ("alpine", None)]
)
def test_the_nearest_command_is_one_with_a_similar_name_or_with_another_name_in_other_tools(word, command):
    assert nearest_command(word) == command


@pytest.mark.parametrize("rest", [["localhost:1/x"], ["--yes", "localhost:1/x:v1"], ["-f", "x"]])
def test_an_unknown_command_with_arguments_is_answered_with_the_nearest_command(cli, rest):
    outcome = cli("rm", *rest)
    hint = f"did you mean `layerscope delete {' '.join(rest)}`?"
    assert (outcome.code, outcome.err) == (2, f"error: there is no command `rm`\nhint: {hint}\n")


def test_a_word_that_is_no_image_gets_the_hint_that_it_is_no_command(cli, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: (_ for _ in ()).throw(OSError("no network")))
    outcome = cli("nosuchthing")
    hint = "hint: `layerscope --help` lists the commands"
    assert (outcome.code, outcome.err.splitlines()[-1]) == (2, hint)


@pytest.mark.parametrize("image", ["localhost:5000/layer", "./laiers", "layer:1"])
def test_an_image_with_an_extra_argument_is_not_called_an_unknown_command(cli, image):
    assert cli(image, "x").err.startswith("error: unexpected argument `x`\n")


def test_a_wrong_option_after_an_image_is_named(cli):
    assert cli("alpine", "--nosuch").err.startswith("error: no such option `--nosuch`\n")


def test_an_unexpected_error_is_named_with_its_place_but_not_its_text(cli, failing):
    failing(ValueError("token=secret"))
    outcome = cli("layers")
    assert outcome.code == 2
    assert re.fullmatch(
        r"error: unexpected ValueError at test_main\.py:\d+: this is a bug in layerscope\n"
        r"hint: set LAYERSCOPE_DEBUG=1 for a traceback\n",
        outcome.err,
    )


def test_an_unexpected_error_has_a_traceback_if_the_user_asks_for_it(cli, failing, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_DEBUG", "1")
    failing(ValueError("why"))
    assert "Traceback" in cli("layers").err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), RecursionError(), click.Abort()])
def test_no_exception_leaves_the_program(cli, failing, error):
    failing(error)
    outcome = cli("layers")
    assert outcome.code == 2
    assert outcome.err.startswith("error: ")


def test_an_interrupt_is_one_line(cli, failing):
    failing(KeyboardInterrupt())
    assert cli("layers").err == "error: interrupted\n"


def test_a_reader_that_goes_away_ends_the_program_like_any_other_in_silence(app):
    """`layerscope ls IMAGE -R | head -1`."""
    command = [sys.executable, "-m", "layerscope", "ls", app.name, "-R"]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.parametrize("arguments", [["ls", "IMAGE"], ["--help"], ["ls", "--help"], ["--version"]])
def test_a_full_disk_below_standard_output_is_an_error(program, app, arguments):
    with Path("/dev/full").open("wb") as full:
        outcome = program(*(app.name if argument == "IMAGE" else argument for argument in arguments), stdout=full)
    assert (outcome.code, outcome.err) == (2, "error: cannot write to standard output: No space left on device\n")


def test_a_closed_standard_output_is_an_error(app):
    command = f'exec "{sys.executable}" -m layerscope layers "{app.name}" >&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (2, "error: standard output is closed\n")


def test_output_is_utf_8_in_every_locale(program, layout):
    name = layout(app=build_image([[("größe-日本", b""), ("caf\udce9", b"")]]))
    outcome = program("ls", name, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert (outcome.code, outcome.lines, outcome.err) == (0, ["caf\\xe9", "größe-日本"], "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_with_one_line_and_its_own_exit_code(number):
    with subprocess.Popen(
        [sys.executable, "-m", "layerscope", "demo", "--serve-only"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (128 + number, f"error: stopped by {number.name}\n")


def test_a_signal_that_was_ignored_from_the_start_stays_ignored():
    """`nohup layerscope ...`."""
    script = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from layerscope.cli.console.signals import watch_signals; watch_signals()\n"
        "print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "True False\n"


def test_a_hint_to_add_an_option_repeats_no_password(cli, tmp_path):
    (tmp_path / "blob").touch()
    outcome = cli("blob", "me:secret@host/app", "sha256:00", "-o", tmp_path / "blob")
    assert outcome.err.splitlines()[1] == "hint: to replace it, use `--force`"
