"""The real dockerd and the real service of podman, each with an empty storage of its own."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from support.podman_storage import podman_storage
from support.waiting import listens, wait_for


@contextlib.contextmanager
def running(command, socket, log):
    """Runs a server until it listens on `socket`, and ends it afterwards."""
    with log.open("ab") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        wait_for(lambda: listens(str(socket)) or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        try:
            yield
        finally:
            process.terminate()


@contextlib.contextmanager
def docker_service(monkeypatch):
    """Makes dockerd the engine of all clients of Docker; skips the test without root."""
    _need_root()
    with tempfile.TemporaryDirectory(prefix="dd", dir="/tmp", ignore_cleanup_errors=True) as home:
        socket = Path(home) / "docker.sock"
        directories = ["--data-root", f"{home}/root", "--exec-root", f"{home}/exec", "--pidfile", f"{home}/pid"]
        network = ["--iptables=false", "--ip6tables=false", "--bridge=none"]
        command = ["dockerd", *network, "--storage-driver=vfs", *directories, "-H", f"unix://{socket}"]
        with running(command, socket, Path(home) / "log"):
            monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
            yield


@contextlib.contextmanager
def containerd(monkeypatch):
    """Makes a containerd the one of all its clients; skips the test without root."""
    _need_root()
    with tempfile.TemporaryDirectory(prefix="cd", dir="/tmp", ignore_cleanup_errors=True) as home:
        socket = Path(home) / "containerd.sock"
        command = ["containerd", "--root", f"{home}/root", "--state", f"{home}/state", "--address", str(socket)]
        with running(command, socket, Path(home) / "log"):
            monkeypatch.setenv("CONTAINERD_ADDRESS", str(socket))
            yield


@contextlib.contextmanager
def podman_service(monkeypatch):
    """Makes a new storage that of all programs, and its service that of all clients of podman."""
    with podman_storage(monkeypatch) as home:
        socket = home / "podman.sock"
        command = ["podman", "system", "service", "--time", "0", f"unix://{socket}"]
        with running(command, socket, home / "log"):
            monkeypatch.setenv("CONTAINER_HOST", f"unix://{socket}")
            yield


def _need_root():
    if os.geteuid() != 0:
        pytest.skip("the engine needs root")


def run(*command):
    """Run a command of a user; CONTAINER_HOST is only for layerscope, else podman would ask its own service."""
    environment = {name: value for name, value in os.environ.items() if name != "CONTAINER_HOST"}
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
