"""The program as a user runs it, in this process or in a new one, and small images to run it on."""

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from layerscope.cli.main import main
from support.images import build_image
from support.local_images import layout_files, named, write_directory
from support.tars import directory, file, hardlink, symlink

STEPS = (
    {"created_by": "/bin/sh -c #(nop) ADD file:0d3f in / ", "created": "2024-05-01T00:00:00Z"},
    {"created_by": '/bin/sh -c #(nop)  CMD ["sh"]', "created": "2024-05-01T00:00:01Z", "empty_layer": True},
    {"created_by": "RUN /bin/sh -c install # buildkit", "created": "2024-05-02T00:00:00Z"},
    {"created_by": "RUN /bin/sh -c clean # buildkit", "created": "2024-05-03T00:00:00Z"},
)
LAYERS = (
    [
        directory("./", mtime=1),
        directory("./usr/"),
        directory("./usr/bin/"),
        file("./usr/bin/sh", b"#" * 1000, mode=0o755, mtime=1_700_000_000),
        symlink("./bin", "usr/bin"),
        directory("./etc/"),
        file("./etc/passwd", b"root\n", uid=1, gid=2, mode=0o640),
        file("./etc/shadow", b"secret\n", mode=0o600),
    ],
    [
        directory("usr/"),
        directory("usr/lib/"),
        file("usr/lib/app", b"a" * 300, mode=0o4755),
        hardlink("usr/lib/app2", "usr/lib/app", mode=0o4755),
        directory("cache/"),
        file("cache/list", b"l" * 500),
        file("etc/passwd", b"root\nuser\n", uid=1, gid=2, mode=0o640),
    ],
    [file(".wh.cache"), file("etc/.wh.shadow"), directory("etc/"), file("etc/new", b"n")],
)


@dataclass(frozen=True)
class Outcome:
    """The exit code and the output of a run."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def cli(capsys):
    """Run a command in this process, as if in a pipe."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def program():
    """Run the program as a new process; keywords go to `subprocess.run`."""

    def run(*arguments, env=None, **more):
        command = [sys.executable, "-m", "layerscope", *map(str, arguments)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        streams |= {} if "stdin" in more else {"input": more.get("input", b"")}
        done = subprocess.run(command, env=os.environ | (env or {}), timeout=60, check=False, **streams)
        decoded = ((stream or b"").decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
        return Outcome(done.returncode, *decoded)

    return run


@pytest.fixture
def on_a_terminal():
    """Run the program with a terminal as standard output; returns the bytes shown, the exit code and standard error."""

    def run(*arguments):
        main_end, terminal = pty.openpty()
        command = [sys.executable, "-m", "layerscope", *map(str, arguments)]
        done = subprocess.run(command, stdout=terminal, stderr=subprocess.PIPE, check=False, timeout=60)
        os.close(terminal)
        try:
            shown = os.read(main_end, 65536)
        except OSError:  # Linux raises this if nothing was written
            shown = b""
        os.close(main_end)
        return SimpleNamespace(code=done.returncode, shown=shown, err=done.stderr.decode())

    return run


@pytest.fixture
def layout(tmp_path):
    """Write images as one OCI layout, with the keywords as tags; returns its path."""

    def write(**images):
        entries = [named(image, name) for name, image in images.items()]
        return write_directory(tmp_path / "layout", layout_files(entries, *images.values()))

    return write


@pytest.fixture
def app(layout):
    """A small image with a bit of everything: the `image`, and the `name` that opens it."""
    image = build_image(LAYERS, list(STEPS))
    return SimpleNamespace(image=image, name=f"oci:{layout(app=image)}:app")
