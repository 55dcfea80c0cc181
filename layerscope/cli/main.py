"""`layerscope`: the entry of the program, from the arguments to the exit code."""

import contextlib
import os
import signal
import sys
import threading
from typing import NoReturn

import click

from layerscope import __version__
from layerscope.cli.command import COMPLETE_VARIABLE
from layerscope.cli.command_table import DEFAULT, CommandGroup
from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.failures import failure_of, with_command
from layerscope.cli.console.signals import watch_signals
from layerscope.cli.options import verbose_option

EPILOG = """\b
IMAGE is a reference (alpine:3.20, localhost:5000/app), a file, a directory, -,
or an image of an engine (docker-daemon:NAME, podman:NAME).

\b
layerscope help TOPIC    sources, references, options, queries, rules,
                         recipes, survey-tables, exit-codes, settings
layerscope help COMMAND  what a command does, its options and examples
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
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        return _complete(instruction)
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
        from layerscope.cli.wrong_command import unknown_command

        failure = failure_of(unknown_command(error, arguments) or error)
        talk.error(failure.message, failure.hint and with_command(failure.hint, arguments))
        return failure.exit_code
    return 0


def _complete(instruction: str) -> int:
    """Answer a shell that completes a command; errors would stand in the middle of what the user types."""
    from click.shell_completion import shell_complete

    with contextlib.suppress(Exception):
        return shell_complete(layerscope, {}, "layerscope", COMPLETE_VARIABLE, instruction)
    return exit_codes.TROUBLE


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
