"""`layerscope`: the entry of the program, from the arguments to the exit code."""

import os
import signal
import sys
import threading
from typing import NoReturn

import click

from layerscope import __version__
from layerscope.cli.command_table import DEFAULT, CommandGroup, unknown_command
from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.failures import failure_of, with_command
from layerscope.cli.console.signals import watch_signals
from layerscope.cli.options import verbose_option

EPILOG = """\b
IMAGE is one of:
  REFERENCE              an image in a registry, as in localhost:5000/app,
                         alpine:3.20, ghcr.io/a/b@sha256:...; if the registry
                         fails, an image or container of docker or podman
  docker://REFERENCE     the same, even if a file has that name
  PATH, or - for stdin   an archive, an OCI layout, a directory of skopeo,
                         a single layer, a root file system
  oci:DIR[:TAG]          an OCI layout
  oci-archive:FILE       an OCI layout in a tar
  docker-archive:FILE    an archive of `docker save`
  dir:DIR                a directory of `skopeo copy`
  docker-daemon:NAME     an image of docker, by name or ID; also podman:NAME,
                         containers-storage:NAME, containerd:NAME
  docker-container:NAME  the files of a container; also podman-container:NAME

\b
A variable sets an option: LAYERSCOPE_PLATFORM for all commands,
LAYERSCOPE_FIND_SORT for one.

\b
If IMAGE has the name of a command, run: layerscope explore IMAGE

\b
Exit codes: 0 success, 1 a check failed or the images differ, 2 an error.
"""


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    subcommand_metavar="IMAGE | COMMAND [ARGS]...",
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": True},
)
@click.version_option(__version__, message="layerscope %(version)s")
@verbose_option
@click.pass_context
def layerscope(context: click.Context) -> None:
    """Explore the layers of a container image, directly in a registry: without Docker, and without a pull."""
    if context.invoked_subcommand is None:
        _start(context)


def _start(context: click.Context) -> None:
    """On a terminal, show what can be opened; otherwise print the help."""
    from layerscope.cli.exploring import is_interactive

    if not is_interactive(uses_stdin=False):
        click.echo(context.get_help(), err=True)
        context.exit(exit_codes.TROUBLE)
    explore = layerscope.get_command(context, DEFAULT)
    assert explore
    with explore.make_context(DEFAULT, [""], parent=context) as inner:
        explore.invoke(inner)


def main(arguments: list[str]) -> int:
    """Run the command of these arguments and return the exit code. Errors are printed, none is raised."""
    try:
        with layerscope.make_context("layerscope", list(arguments)) as context:
            layerscope.invoke(context)
            if sys.stdout is not None:
                sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        return _end_by_sigpipe()
    except BaseException as error:  # noqa: BLE001 - the last resort: no traceback reaches the user
        if isinstance(error, KeyboardInterrupt | click.Abort):
            talk.end_line()
        failure = failure_of(unknown_command(error, arguments) or error)
        talk.error(failure.message, failure.hint and with_command(failure.hint, arguments))
        return failure.exit_code
    return 0


def run() -> NoReturn:
    """The console script."""
    stdout.prepare_streams()
    watch_signals()
    code = main(sys.argv[1:])
    if threading.active_count() > 1:  # a thread that waits for a silent server would delay the exit
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _end_by_sigpipe() -> int:
    """End by SIGPIPE, as most programs do if nobody reads their output."""
    stdout.discard()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
    return 128 + signal.SIGPIPE
