"""What the hands of people know from skopeo, crane, docker, dive, ls and git works here too."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest
import yaml

from layerscope.cli.console import stdout, talk
from layerscope.errors import LayerscopeError


@pytest.fixture
def login(monkeypatch):
    """Run a command up to its connection; returns the login that the registry of the image would get."""
    seen = []

    def connect(_options, _listener, logins, **_more):
        seen.append({domain: (one.username, one.password) for domain, one in logins.items()})
        raise LayerscopeError("no network")

    monkeypatch.setattr("layerscope.registry.connect.connect", connect)
    return seen


class Keyboard(io.StringIO):
    """Standard input of a user at a terminal."""

    def isatty(self):
        return True


def test_creds_are_a_user_and_a_password_as_in_skopeo(cli, login):
    cli("inspect", "reg.example/app", "--creds", "me:se:cret")
    assert login == [{"reg.example": ("me", "se:cret")}]


@pytest.mark.parametrize("options", [["--creds", "me"], ["--username", "me"], ["--username", "me", "--password-stdin"]])
def test_a_missing_password_is_asked_for_at_a_terminal_and_not_shown(cli, login, monkeypatch, options):
    asked = []
    monkeypatch.setattr("sys.stdin", Keyboard())
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda text: asked.append(text) or "typed")
    cli("inspect", "reg.example/app", *options)
    assert (login, len(asked)) == ([{"reg.example": ("me", "typed")}], 1)


def test_a_password_is_not_in_a_hint(cli):
    outcome = cli("inspect", "https://reg.example/a", "--creds", "me:secret")
    assert outcome.code == 2
    assert "secret" not in outcome.err


def test_rows_are_printed_as_yaml_and_by_a_template_too(cli, app):
    rows = cli("layers", app.name, "--json").json
    assert yaml.safe_load(cli("layers", app.name, "-o", "yaml").out) == rows
    assert cli("layers", app.name, "-o", "json").json == rows
    lines = cli("layers", app.name, "--format", "{{.index}}\\t{{ .digest }} {{json .size}}").lines
    assert lines == [f"{row['index']}\t{row['digest']} {row['size']}" for row in rows]
    assert cli("inspect", app.name, "--format", "{{.digest}}").lines == [app.image.digest]
    assert cli("config", app.name, "--format", "{{.rootfs.type}}").lines == ["layers"]


def test_a_variable_chooses_the_output_of_all_commands(cli, app, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_OUTPUT", "json")
    assert cli("ls", app.name).json == cli("ls", app.name, "--json").json


def test_sizes_are_shown_with_a_unit_or_in_bytes(cli, app):
    assert " 1.00 kB " in cli("ls", app.name, "/usr/bin", "-lh").out
    assert " 1000 " in cli("ls", app.name, "/usr/bin", "-l").out
    assert cli("ls", "-lh", app.name, "/usr/bin").lines == cli("ls", app.name, "/usr/bin", "-l", "--human").lines
    (size,) = (line.split()[1] for line in cli("inspect", app.name, "--bytes").lines if line.startswith("size"))
    assert size == str(cli("inspect", app.name, "--json").json["size"])
    assert "kB" in cli("inspect", app.name).out


def test_quiet_leaves_only_data_and_errors(cli, app):
    assert cli("find", app.name, "*", "--limit", "1").err
    assert cli("find", app.name, "*", "--limit", "1", "-q").err == ""
    assert cli("find", app.name, "*", "--limit", "1").err
    assert cli("ls", app.name, "-q", "--layer", "9").err.startswith("error: ")


@pytest.mark.parametrize(
    ("variables", "is_terminal", "styled"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_messages_are_styled_as_the_terminal_and_the_variables_say(monkeypatch, variables, is_terminal, styled):
    shown = (Keyboard if is_terminal else io.StringIO)()
    monkeypatch.setattr("sys.stderr", shown)
    for name, value in ({"TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": ""} | variables).items():
        monkeypatch.setenv(name, value)
    talk.error("no")
    assert shown.getvalue() == ("\x1b[1;31merror\x1b[0m: no\n" if styled else "error: no\n")


@pytest.mark.parametrize(("options", "is_paged"), [([], True), (["--no-pager"], False), (["-o", "json"], True)])
def test_output_that_is_longer_than_the_terminal_goes_to_the_pager(app, options, is_paged):
    main_end, terminal = pty.openpty()
    command = [sys.executable, "-m", "layerscope", "ls", app.name, "-R", *options]
    environment = os.environ | {"PAGER": "sed s/^/paged:/", "TERM": "xterm", "LINES": "5", "COLUMNS": "80"}
    done = subprocess.run(command, stdin=terminal, stdout=terminal, env=environment, check=False, timeout=60)
    os.close(terminal)
    shown = os.read(main_end, 65536).decode()
    os.close(main_end)
    assert done.returncode == 0
    assert shown.startswith("paged:") == is_paged


def test_lines_are_cut_at_the_width_of_a_terminal_but_not_with_no_trunc(cli, app, monkeypatch):
    monkeypatch.setattr(stdout, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, cli("layers", app.name).lines)) <= 40
    assert cli("layers", app.name).lines[0].split() == ["#", "pull", "size", "status", "instruction"]
    assert app.image.manifest["layers"][0]["digest"] in cli("layers", app.name, "--no-trunc").out


def test_the_whole_digest_can_be_copied_from_a_narrow_terminal(cli, app, monkeypatch):
    monkeypatch.setattr(stdout, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    outcome = cli("inspect", app.name)
    assert f"  {app.image.digest}" in outcome.lines
    assert max(len(line) for line in outcome.lines if app.name not in line) <= 80


@pytest.mark.parametrize(
    ("arguments", "ci", "rules", "is_gate"),
    [
        (["--ci"], "", False, True),
        ([], "true", True, True),
        ([], "true", False, False),
        ([], "", True, False),
        (["--lowestEfficiency", "0.1"], "true", True, True),
    ],
)
def test_the_gate_runs_as_in_dive(cli, app, monkeypatch, tmp_path, arguments, ci, rules, is_gate):  # noqa: PLR0917
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI", ci)
    if rules:
        (tmp_path / ".dive-ci").write_text("rules: {lowestEfficiency: 0.2}\n")
    assert ("result: " in cli(app.name, *arguments).out) == is_gate


@pytest.fixture
def complete(capsys, monkeypatch):
    """What a shell gets for the words typed so far."""
    from layerscope.cli.main import main

    def run(*words):
        monkeypatch.setenv("_LAYERSCOPE_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(("layerscope", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        assert main([]) == 0
        return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("plain")]

    monkeypatch.setattr("layerscope.sources.engines.listing.engines", tuple)
    return run


def test_a_shell_completes_commands_options_and_what_was_opened(complete, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "layerscope").mkdir(mode=0o700)
    (tmp_path / "layerscope" / "recent.json").write_text(json.dumps(["alpine:3", "oci:x"]))
    assert complete("ins") == ["inspect"]
    assert complete("ls", "--rec") == ["--recursive"]
    assert complete("ls", "alp") == complete("alp") == ["alpine:3"]


def test_a_shell_completes_the_tags_of_a_repository(complete, fake_registry):
    from support.fake_registry import Reply

    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"tags": ["v1", "v2", "w"]}'))
    name = str(fake_registry.reference("app")).removesuffix(":latest")
    assert complete("ls", f"{name}:v") == [f"{name}:v1", f"{name}:v2"]
    assert complete("ls", "127.0.0.1:1/app:") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_says_how_to_install_it(cli, shell):
    outcome = cli("completion", shell)
    assert f" && layerscope completion {shell} > " in outcome.lines[-1].removeprefix("# To install: mkdir -p ")
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=outcome.out, text=True, check=True)
