"""Build an image and explore it: `build`."""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from layerscope.cli.command import command
from layerscope.cli.commands.explore import show
from layerscope.cli.console import talk
from layerscope.cli.image_request import ImageRequest
from layerscope.display import display
from layerscope.errors import LayerscopeError, UsageError

ENGINES = {"docker": ("build",), "podman": ("build",), "buildah": ("bud",)}
"""The programs that can build, in the order of preference, with their build commands."""

_IMAGE_ID = re.compile(r"(?:sha256:)?[a-f0-9]{64}")
_ID_FILE = "--iidfile"


@command(
    "build -t app .",
    "build --engine podman -t app .",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.option(
    "--engine", type=click.Choice(list(ENGINES)), help="The program that builds; by default the first one on PATH."
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[BUILD ARGS]...")
def build(*, engine: str | None, arguments: tuple[str, ...]) -> None:
    """Build an image as `docker build` does, and explore it.

    All arguments go to `docker build`, `podman build` or `buildah bud`. If the build fails, layerscope exits with the
    exit code of that program.
    """
    chosen = engine or _first_engine()
    with tempfile.TemporaryDirectory(prefix="layerscope-") as directory:
        id_file = _named_id_file(arguments) or Path(directory) / "id"
        own = () if _named_id_file(arguments) else (_ID_FILE, str(id_file))
        code = _run([chosen, *ENGINES[chosen], *own, *arguments])
        if code:
            _suggest_other_engines(chosen, arguments)
            click.get_current_context().exit(code)
        image = _read_id(id_file, chosen)
    show(ImageRequest(f"{_transport(chosen)}:{image}"))


def _first_engine() -> str:
    found = next(filter(shutil.which, ENGINES), None)
    if found is None:
        raise UsageError("no program to build with: docker, podman and buildah are not on PATH")
    return found


def _suggest_other_engines(engine: str, arguments: Sequence[str]) -> None:
    """Name another program: docker may be installed without its service, which podman and buildah do not need."""
    other = next((name for name in ENGINES if name != engine and shutil.which(name)), None)
    if other:
        command = display(shlex.join(["layerscope", "build", "--engine", other, *arguments]), limit=300)
        talk.note("hint", f"if {engine} itself does not work here, use `{command}`")


def _named_id_file(arguments: Sequence[str]) -> Path | None:
    """The file of `--iidfile` in the arguments."""
    for number, argument in enumerate(arguments):
        if argument == _ID_FILE and number + 1 < len(arguments):
            return Path(arguments[number + 1])
        if argument.startswith(f"{_ID_FILE}="):
            return Path(argument.partition("=")[2])
    return None


def _run(command: Sequence[str]) -> int:
    """Run a command and return its exit code; its output goes to standard error, since standard output is for data."""
    try:
        done = subprocess.run(command, stdout=sys.stderr, check=False)  # noqa: S603 - what the user wants run
    except OSError as error:
        raise LayerscopeError(f"cannot run `{command[0]}`: {error.strerror}") from error
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _read_id(file: Path, engine: str) -> str:
    try:
        image = file.read_text("ascii", "replace").strip()
    except OSError as error:
        where = display(str(file), limit=200)
        raise LayerscopeError(
            f"cannot read the image ID that `{engine}` wrote to `{where}`: {error.strerror}"
        ) from error
    if not _IMAGE_ID.fullmatch(image):
        raise LayerscopeError(f"`{engine}` wrote `{display(image, limit=100)}`, which is not an image ID")
    return image


def _transport(engine: str) -> str:
    """The transport of the image. On some systems, `docker` is a name of podman."""
    if engine == "docker":
        version = subprocess.run(["docker", "--version"], capture_output=True, check=False)  # noqa: S607 - from PATH, as the build
        if b"podman" not in version.stdout.lower():
            return "docker-daemon"
    return "podman"
