"""`python -m layerscope` is the same as the `layerscope` command."""

from layerscope.cli.entry import run

if __name__ == "__main__":
    run()
