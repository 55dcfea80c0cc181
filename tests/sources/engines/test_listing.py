"""The images of the engines by name, for the start of the explorer."""

import json
import subprocess
import threading

import pytest

from layerscope.errors import InvalidDocument, LayerscopeError, SourceError
from layerscope.sources.engines import listing
from layerscope.sources.engines.listing import engines
from support.fake_engine import FakeEngine
from support.images import build_image
from support.local_images import layout_files, named, write_directory
from support.podman_storage import podman_storage


@pytest.fixture(autouse=True)
def no_engines(monkeypatch, tmp_path):
    """Neither a service nor a program, unless a test starts one."""
    monkeypatch.setattr(listing.shutil, "which", lambda _program: None)
    monkeypatch.setattr("layerscope.sources.engines.address.DOCKER_SOCKET", tmp_path / "docker.sock")
    monkeypatch.setattr("layerscope.sources.engines.address.PODMAN_SOCKET", tmp_path / "podman.sock")


def ask(name):
    return next(engine for engine in engines() if engine.name == name).ask(threading.Event())


def listed(*tags):
    """An engine that answers with images of these tags, one per image."""
    body = json.dumps([{"Id": "sha256:0", "RepoTags": value} for value in tags]).encode()
    return FakeEngine(behave=lambda handler: handler.answer(200, body))


@pytest.mark.parametrize(
    ("engine", "variable", "transport"),
    [("docker", "DOCKER_HOST", "docker-daemon"), ("podman", "CONTAINER_HOST", "podman")],
)
def test_images_with_a_tag_are_listed_as_texts_that_open_them(monkeypatch, engine, variable, transport):
    with listed(["app:v1", "reg.example/app:v1"], ["<none>:<none>"], None, [], ["app:v1"], 7, ["\x1b[31m", 3]) as fake:
        monkeypatch.setenv(variable, f"unix://{fake.socket}")
        assert ask(engine) == [f"{transport}:app:v1", f"{transport}:reg.example/app:v1"]


def test_one_socket_of_two_names_is_listed_once(monkeypatch):
    with listed(["app:v1"]) as fake:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{fake.socket}")
        monkeypatch.setenv("CONTAINER_HOST", f"unix://{fake.socket}")
        assert (ask("docker"), ask("podman")) == ([], ["podman:app:v1"])


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_an_engine_that_is_off_says_so(engine):
    with pytest.raises(SourceError, match=r"docker is not running|no program `podman` or `buildah`"):
        ask(engine)


@pytest.mark.parametrize("body", [b"{", b"[" * 1000, b'"' + b"a" * (5 * 1024 * 1024) + b'"'])
def test_a_wrong_answer_is_an_error(monkeypatch, body):
    with FakeEngine(behave=lambda handler: handler.answer(200, body)) as fake:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{fake.socket}")
        with pytest.raises(InvalidDocument):
            ask("docker")


def test_an_engine_that_refuses_says_why(monkeypatch):
    with FakeEngine(behave=lambda handler: handler.answer(500, b'{"message": "no disk"}')) as fake:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{fake.socket}")
        with pytest.raises(SourceError, match="no disk"):
            ask("docker")


def test_a_program_that_fails_or_hangs_is_an_error(monkeypatch):
    monkeypatch.setattr(listing.shutil, "which", lambda program: program)
    for program in ("false", "sleep"):
        monkeypatch.setattr(listing, "_PROGRAMS", {program: ("60",)})
        monkeypatch.setattr(listing, "_ANSWER_SECONDS", 0.05)
        with pytest.raises(LayerscopeError, match=f"`{program}"):
            ask("podman")


@pytest.mark.real("buildah", "podman")
@pytest.mark.parametrize("program", ["podman", "buildah"])
def test_the_storage_of_podman_and_buildah_is_listed_without_a_service(monkeypatch, tmp_path, program):
    monkeypatch.setattr(listing, "_PROGRAMS", {program: listing._PROGRAMS[program]})
    monkeypatch.setattr(listing, "_ANSWER_SECONDS", 60)
    monkeypatch.setattr(listing.shutil, "which", lambda found: found)
    image = build_image()
    layout = write_directory(tmp_path / "layout", layout_files([named(image, "v1")], image))
    with podman_storage(monkeypatch):
        subprocess.run(["skopeo", "copy", "-q", f"oci:{layout}:v1", "containers-storage:localhost/app:v1"], check=True)
        assert ask("podman") == ["containers-storage:localhost/app:v1"]
