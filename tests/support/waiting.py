"""Waiting for another process: as long as a slow machine may need, and no longer."""

import inspect
import socket
import time

PATIENCE = 60
"""Seconds."""


def wait_for(condition, output=None, patience=PATIENCE):
    """Wait until the condition holds. If it never does, the error has its source and what `output` returns."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() >= end:
            raise AssertionError(failure(condition, patience, "output", output() if output else "unknown"))
        time.sleep(0.02)  # other processes cannot notify this one


def failure(condition, patience, kind, last):
    """Why a wait failed; `last` is the last screen or output, as `kind` says."""
    source = inspect.getsource(condition).strip() if inspect.isfunction(condition) else repr(condition)
    return f"condition not met within {patience} s: {source}\nthe {kind} was:\n{last}"


def listens(address):
    """Whether a server accepts connections at a path of a Unix socket, or at a host and port."""
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0
