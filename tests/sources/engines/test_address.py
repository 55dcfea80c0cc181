import hashlib
import json
from pathlib import Path

import pytest

from layerscope.errors import SourceError, UsageError
from layerscope.sources.engines import address as module
from layerscope.sources.engines.address import EngineAddress, docker_address, podman_address


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """An environment with a home and a runtime directory, and without this machine's engines."""
    monkeypatch.setattr(module, "DOCKER_SOCKET", tmp_path / "run" / "docker.sock")
    monkeypatch.setattr(module, "PODMAN_SOCKET", tmp_path / "run" / "podman.sock")
    (tmp_path / "run").mkdir()
    (tmp_path / "user" / "podman").mkdir(parents=True)
    return {"HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path / "user")}


def context(environment, name, host, *, tls=False):
    digest = hashlib.sha256(name.encode()).hexdigest()
    contexts = Path(environment["HOME"]) / ".docker" / "contexts"
    (contexts / "meta" / digest).mkdir(parents=True)
    meta = {"Name": name, "Endpoints": {"docker": {"Host": host}}}
    (contexts / "meta" / digest / "meta.json").write_text(json.dumps(meta))
    if tls:
        (contexts / "tls" / digest / "docker").mkdir(parents=True)
    return contexts / "tls" / digest / "docker"


def current_context(environment, name):
    directory = Path(environment["HOME"]) / ".docker"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps({"currentContext": name}))


def listen(path):
    Path(path).touch()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("unix:///a/b.sock", EngineAddress(socket=Path("/a/b.sock"))),
        ("tcp://192.0.2.1:4243", EngineAddress(host="192.0.2.1", port=4243)),
        ("tcp://engine.example", EngineAddress(host="engine.example", port=2375)),
        ("http://engine.example:80", EngineAddress(host="engine.example", port=80)),
        ("tcp://[::1]:2375", EngineAddress(host="::1", port=2375)),
    ],
)
def test_docker_host_says_where_docker_listens(machine, host, expected):
    current_context(machine, "other")
    context(machine, "other", "unix:///other.sock")
    assert docker_address(machine | {"DOCKER_HOST": host, "DOCKER_CONTEXT": "other"}) == expected


def test_tls_is_asked_for_by_docker_tls_verify(machine, tmp_path):
    tls = {"DOCKER_HOST": "tcp://engine.example", "DOCKER_TLS_VERIFY": "1"}
    expected = EngineAddress(host="engine.example", port=2376, certificates=Path(machine["HOME"], ".docker"))
    assert docker_address(machine | tls) == expected
    own = docker_address(machine | tls | {"DOCKER_CERT_PATH": str(tmp_path)})
    assert own.certificates == tmp_path
    with pytest.raises(SourceError, match="certificates in"):
        own.tls()


@pytest.mark.parametrize(
    "host", ["ssh://user:secret@host", "npipe:////./pipe/docker", "fd://", "unix://", "x", "tcp://"]
)
def test_an_address_that_cannot_be_used_is_refused_and_never_repeated(machine, host):
    with pytest.raises(UsageError, match="`DOCKER_HOST`") as caught:
        docker_address(machine | {"DOCKER_HOST": host})
    assert "secret" not in caught.value.message + str(caught.value.hint)


def test_the_password_of_an_address_is_not_shown(machine):
    assert (
        str(docker_address(machine | {"DOCKER_HOST": "tcp://me:secret@engine.example:1"})) == "tcp://engine.example:1"
    )


def test_a_context_says_where_docker_listens(machine):
    certificates = context(machine, "remote", "tcp://192.0.2.1:2376", tls=True)
    context(machine, "desktop", "unix:///desktop.sock")
    remote = EngineAddress(host="192.0.2.1", port=2376, certificates=certificates)
    assert docker_address(machine | {"DOCKER_CONTEXT": "remote"}) == remote
    current_context(machine, "desktop")
    assert docker_address(machine) == EngineAddress(socket=Path("/desktop.sock"))
    assert docker_address(machine | {"DOCKER_CONTEXT": "remote"}) == remote
    assert docker_address(machine | {"DOCKER_CONTEXT": "default"}).socket == module.DOCKER_SOCKET


def test_a_context_without_an_address_is_named(machine):
    with pytest.raises(SourceError, match="the Docker context `lost` has no address"):
        docker_address(machine | {"DOCKER_CONTEXT": "lost"})


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_a_config_that_is_no_json_is_named(machine, content):
    current_context(machine, "x")
    (Path(machine["HOME"]) / ".docker" / "config.json").write_bytes(content)
    with pytest.raises(SourceError, match=r"config\.json"):
        docker_address(machine)


def test_dockers_own_socket_comes_before_that_of_docker_without_root(machine):
    rootless = Path(machine["XDG_RUNTIME_DIR"]) / "docker.sock"
    assert docker_address(machine).socket == module.DOCKER_SOCKET
    listen(rootless)
    assert docker_address(machine).socket == rootless
    listen(module.DOCKER_SOCKET)
    assert docker_address(machine).socket == module.DOCKER_SOCKET
    assert docker_address({"HOME": machine["HOME"]}).socket == module.DOCKER_SOCKET


def test_podmans_socket_of_the_user_comes_before_that_of_the_system(machine):
    assert podman_address(machine) is None
    listen(module.PODMAN_SOCKET)
    assert podman_address(machine).socket == module.PODMAN_SOCKET
    own = Path(machine["XDG_RUNTIME_DIR"]) / "podman" / "podman.sock"
    listen(own)
    assert podman_address(machine).socket == own
    named = podman_address(machine | {"CONTAINER_HOST": "unix:///named.sock"})
    assert named == EngineAddress(socket=Path("/named.sock"))
    with pytest.raises(UsageError, match="`CONTAINER_HOST` uses ssh"):
        podman_address(machine | {"CONTAINER_HOST": "ssh://core@host/run/podman.sock"})
