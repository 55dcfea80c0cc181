"""The console script. It loads next to nothing, so that Ctrl+C is answered properly from the first moment on."""

from __future__ import annotations

import sys

from layerscope.cli.console.exit_codes import TROUBLE


def run() -> None:
    """Run the command line; exits with its code."""
    try:
        from layerscope.cli.main import run as run_command

        run_command()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(TROUBLE)
