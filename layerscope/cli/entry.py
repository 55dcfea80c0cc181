"""The console script. It imports almost nothing, so that Ctrl+C is handled from the start."""

import sys

from layerscope.cli.console.exit_codes import TROUBLE


def run() -> None:
    """Run the command line and exit with its code."""
    try:
        from layerscope.cli.main import run as run_command

        run_command()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(TROUBLE)
