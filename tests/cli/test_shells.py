"""The completion scripts in the shells they are for, installed as their last line says."""

import os
import subprocess
import sys

import pytest

from support.fake_registry import Reply

ZSHRC = """\
fpath+=~/.zfunc
autoload -Uz compinit; compinit -D
PS1=READY
show() { print -r -- "<$BUFFER>" }
zle -N show; bindkey '^X' show
"""
ZSH = """\
zmodload zsh/zpty
zpty shell zsh -i
zpty -r shell seen '*READY*'
for line in "$@"; do
  zpty -w -n shell $'\\C-u'"$line"$'\\t\\C-x'
  zpty -r shell seen '*<*>*'
  print -r -- "${${seen##*<}%%>*}"
done
"""
"""Types each line, with a tab after it, and prints what stands there then."""
FISH = "for line in $argv; complete --do-complete $line; end"


@pytest.fixture
def typed(cli, tmp_path, monkeypatch):
    """Complete lines in a shell; returns what it makes of each line."""
    program = tmp_path / "bin" / "layerscope"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m layerscope "$@"\n')
    program.chmod(0o755)
    (tmp_path / "image of us.tar").touch()
    (tmp_path / ".zshrc").write_text(ZSHRC)
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "ZDOTDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    def run(shell, script, *lines):
        install = cli("completion", shell).lines[-1].removeprefix("# To install: ")
        subprocess.run(["sh", "-ec", install], check=True, timeout=30)
        options = ["-f"] if shell == "zsh" else []
        name = [shell] if shell == "zsh" else []
        command = [shell, *options, "-c", script, *name, *lines]
        return subprocess.run(command, check=True, timeout=60, capture_output=True, text=True).stdout.splitlines()

    return run


@pytest.fixture
def repository(fake_registry):
    """A repository with one tag."""
    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"tags": ["v1"]}'))
    return f"{fake_registry.host}/app"


COMPLETED = {
    "zsh": (
        ZSH,
        "layerscope waste ",
        "layerscope ci x --format=github ",
        "layerscope ls --ca-file=image\\ of\\ us.tar ",
        "layerscope ls ~/image\\ of\\ us.tar ",
        "layerscope ls {}:v1 ",
    ),
    "fish": (
        FISH,
        "waste\tList wasted bytes by path, and how to avoid them",
        "--format=github",
        "--ca-file=image of us.tar",
        "~/image of us.tar",
        "{}:v1",
    ),
}


@pytest.mark.parametrize("shell", [pytest.param(shell, marks=pytest.mark.real(shell)) for shell in COMPLETED])
def test_a_shell_completes_commands_values_files_and_tags(typed, repository, shell):
    words = ("was", "ci x --format=gith", "ls --ca-file=im", "ls ~/im", f"ls {repository}:")
    script, *completed = COMPLETED[shell]
    found = typed(shell, script, *(f"layerscope {word}" for word in words))
    assert found == [line.format(repository) for line in completed]
