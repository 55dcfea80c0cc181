"""Credential helpers: programs `docker-credential-NAME` that store logins (the protocol of docker-credential-helpers).

A helper is a foreign program. So its name is validated, it runs without a shell and with a time limit, and its output
is read up to a limit and never shown.
"""

import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from subprocess import Popen

from layerscope.display import display
from layerscope.errors import CredentialsError, InvalidDocument
from layerscope.oci import text
from layerscope.oci.strict_json import parse_object
from layerscope.registry.auth.credentials import Credential

TIMEOUT = 10.0
MAX_OUTPUT_SIZE = 64 * 1024
TOKEN_USER = "<token>"  # noqa: S105 - the protocol's word for "the secret is an identity token"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_NOT_FOUND = b"credentials not found"


def ask_helper(name: str, server: str) -> Credential | None:
    """The login of the helper for a server, None if it has none; raises `CredentialsError`."""
    shown = f"`docker-credential-{display(name, limit=60)}`"
    if not _NAME.fullmatch(name):
        raise CredentialsError(
            f"{shown} is not the name of a credential helper",
            hint="check `credsStore` and `credHelpers` in the file of your logins",
        )
    program = shutil.which(f"docker-credential-{name}")
    if not program:
        raise CredentialsError(
            f"the credential helper {shown} is not installed, or cannot be executed",
            hint="install it, or remove it from the configuration of your container tool",
        )
    try:
        status, output = _run([program, "get"], server.encode())
    except _HelperFailed as error:
        raise CredentialsError(f"the credential helper {shown} {error}") from error
    if status and output.strip().startswith(_NOT_FOUND):
        return None
    if status:
        raise CredentialsError(f"the credential helper {shown} failed (exit code {status})")
    return _parse(output, shown)


class _HelperFailed(Exception):
    """What a helper did wrong; the text follows its name."""


def _parse(output: bytes, shown: str) -> Credential | None:
    try:
        value = parse_object(output, "its output")
    except InvalidDocument as error:
        raise CredentialsError(f"the credential helper {shown} printed no login: {error.message}") from None
    username, secret = text(value, "Username"), text(value, "Secret")
    if username == TOKEN_USER:
        return Credential(identity_token=secret)
    return Credential(username, secret) if username else None


def _run(command: list[str], stdin: bytes) -> tuple[int, bytes]:
    """Exit code and output of a program that runs in its own session, so that it cannot use the terminal."""
    deadline = time.monotonic() + TIMEOUT
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the name is validated
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _HelperFailed(f"cannot be started: {error.strerror}") from error
    with process:
        try:
            _write_input(process, stdin)
            output = _read(process, deadline)
            return process.wait(max(deadline - time.monotonic(), 0.0)), output
        except subprocess.TimeoutExpired as error:
            raise _HelperFailed(f"does not end within {TIMEOUT:g} s") from error
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _write_input(process: Popen[bytes], stdin: bytes) -> None:
    assert process.stdin
    with suppress(BrokenPipeError):  # it may end without reading its input
        process.stdin.write(stdin)
        process.stdin.close()


def _read(process: Popen[bytes], deadline: float) -> bytes:
    assert process.stdout
    output = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(deadline - time.monotonic(), 0.0)):
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                return bytes(output)
            output += chunk
            if len(output) > MAX_OUTPUT_SIZE:
                raise _HelperFailed(f"prints more than {MAX_OUTPUT_SIZE} bytes")
    raise _HelperFailed(f"does not answer within {TIMEOUT:g} s")
