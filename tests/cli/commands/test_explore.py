import json
import os
import pty
import signal
import subprocess
import sys

import pytest

from support.images import build_image

PROGRAM = [sys.executable, "-m", "layerscope"]


def test_in_a_pipe_an_image_is_printed_layers_top_of_the_tree_and_waste(cli, app):
    outcome = cli(app.name)
    assert (outcome.code, outcome.err) == (0, "")
    parts = outcome.out.split("\n\n")
    assert [part.splitlines()[0].split()[0] for part in parts] == ["reference", "Layers", "Files", "Waste"]
    assert parts[1].splitlines()[1:] == cli("layers", app.name).lines
    assert [line.split()[-1] for line in parts[2].splitlines()[2:]] == ["/usr", "/etc", "usr/bin"]
    assert [line.split()[-1] for line in parts[3].splitlines()[2:]] == ["/cache/list", "/etc/shadow", "/etc/passwd"]


def test_demo_in_a_pipe_prints_the_sample_image(program):
    outcome = program("demo")
    assert (outcome.code, outcome.err) == (0, "")
    assert "hello-world-java" in outcome.lines[0]
    assert "\nWaste\n" in outcome.out


def test_a_terminal_that_is_dumb_gets_text(app):
    main_end, terminal = pty.openpty()
    done = subprocess.run(
        [*PROGRAM, app.name],
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        env=os.environ | {"TERM": "dumb"},
        check=False,
        timeout=60,
    )
    shown = os.read(main_end, 65536).decode()
    for end in (main_end, terminal):
        os.close(end)
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown.startswith("reference")
    assert "\x1b" not in shown


def test_with_a_password_on_standard_input_and_no_terminal_there_is_text(fake_registry):
    """A process in a new session has no terminal to read keys from."""
    fake_registry.serve(build_image())
    main_end, terminal = pty.openpty()
    done = subprocess.run(
        [*PROGRAM, f"{fake_registry.host}/app", "--username", "me", "--password-stdin"],
        input=b"secret\n",
        stdout=terminal,
        stderr=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm"},
        start_new_session=True,
        check=False,
        timeout=60,
    )
    shown = os.read(main_end, 65536).decode()
    for end in (main_end, terminal):
        os.close(end)
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown.startswith("reference")


def test_demo_serve_only_prints_the_reference_and_serves_it_until_interrupted(program):
    with subprocess.Popen(
        [*PROGRAM, "demo", "--serve-only"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        reference = server.stdout.readline().strip()
        layers = program("layers", reference, "--json")
        index = program("manifest", reference, "--index")
        server.send_signal(signal.SIGINT)
        rest = server.communicate(timeout=30)
    assert (server.returncode, rest) == (0, ("", ""))
    assert {row["status"] for row in layers.json} == {"verified"}
    platforms = [entry["platform"]["architecture"] for entry in json.loads(index.out)["manifests"]]
    assert platforms == ["amd64", "arm64", "unknown"]


def test_the_sample_image_exists_for_another_platform(program):
    outcome = program("demo", "--platform", "linux/arm64")
    assert outcome.code == 0
    assert "linux/arm64" in outcome.out


@pytest.mark.parametrize("arguments", [["a/Upper"], ["explore", "a/Upper"]])
def test_a_wrong_reference_is_refused_before_the_explorer_starts(arguments):
    main_end, terminal = pty.openpty()
    done = subprocess.run(
        [*PROGRAM, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm"},
        check=False,
        timeout=60,
    )
    os.set_blocking(main_end, False)
    with pytest.raises(BlockingIOError):
        os.read(main_end, 1)
    for end in (main_end, terminal):
        os.close(end)
    assert (done.returncode, done.stderr.decode().splitlines()[0]) == (
        2,
        "error: the image name `a/Upper` has upper-case letters: `Upper`",
    )
