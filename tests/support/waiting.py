"""Waiting for what another process does, as long as a slow machine may take and no longer."""

import socket
import time

PATIENCE = 60
"""Seconds."""


def wait_for(condition):
    """Wait until it holds; an error where it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.02)  # other processes have no way to say so


def listens(address):
    """Whether a server accepts connections there: a path of a Unix socket, or host and port."""
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0
