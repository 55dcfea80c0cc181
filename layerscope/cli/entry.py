"""The console script. It imports almost nothing, so that Ctrl+C is handled from the start."""

import os
import sys

from layerscope import __version__
from layerscope.cli.console.exit_codes import TROUBLE


def run() -> None:
    """Run the command line and exit with its code."""
    # numpy would start a thread for each other core, which spins for 0.1 s. They serve linear algebra only.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        if sys.argv[1:] == ["--version"] and _has_printed_version():
            return
        from layerscope.cli.main import run as run_command

        run_command()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(TROUBLE)


def _has_printed_version() -> bool:
    """Whether the version could be printed. It needs no command line: scripts ask for it often."""
    try:
        sys.stdout.write(f"layerscope {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError):  # the command line says what is wrong
        return False
    return True
