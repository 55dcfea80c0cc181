"""The start of the program."""

import subprocess
import sys


def test_an_interrupt_while_the_program_loads_is_one_line():
    script = """
import builtins, sys
from layerscope.cli.entry import run
load = builtins.__import__
def interrupted(name, *rest):
    if name == "click":
        raise KeyboardInterrupt
    return load(name, *rest)
builtins.__import__ = interrupted
run()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "error: interrupted\n")
