"""What a user sees if the image is not where its name says."""

import json

import pytest

from support.fake_engine import FakeEngine
from support.images import build_image
from support.local_images import classic_files, tar_bytes
from support.tars import file, tar

IMAGE = build_image([[("local", b"1")]])
NAME = "localhost:1/app:v1"


@pytest.fixture
def engine(monkeypatch):
    with FakeEngine(images={NAME: tar_bytes(classic_files(IMAGE, [NAME]))}) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        monkeypatch.setenv("CONTAINER_HOST", f"unix://{engine.socket}")
        yield engine


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("command", ["ls", "explore"])
def test_the_image_of_an_engine_is_printed_and_standard_error_says_what_was_opened(cli, command):
    outcome = cli(command, NAME)
    assert outcome.code == 0
    assert "local" in outcome.out or f"podman:{NAME}" in outcome.out
    assert outcome.err == f"warning: `localhost:1` refused the connection; `podman:{NAME}` is opened instead\n"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("command", [["ci"], ["verify"], ["diff", NAME]])
def test_a_check_of_a_registry_never_passes_because_of_an_image_of_this_machine(cli, command):
    outcome = cli(*command, NAME)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith(f"error: `localhost:1` refused the connection\nhint: use `podman:{NAME}`\n")


@pytest.mark.usefixtures("engine")
def test_a_name_that_nothing_has_is_the_error_of_the_registry(cli):
    outcome = cli("ls", "localhost:1/nothing")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: `localhost:1` refused the connection\n")


def test_a_bare_layer_is_read_and_standard_error_says_what_is_unknown(cli, tmp_path):
    (tmp_path / "layer.tar").write_bytes(tar(file("etc/passwd", b"root")))
    path = tmp_path / "layer.tar"
    outcome = cli("ls", str(path), "-R", "--json")
    assert [row["path"] for row in json.loads(outcome.out)] == ["/etc", "/etc/passwd"]
    sentence = f"`{path}` is a single tar archive without a manifest: its history and config are unknown"
    assert (outcome.code, outcome.err) == (0, f"warning: {sentence}\n")
    report = json.loads(cli("export", str(path), "--format", "json").out)
    assert report["warnings"] == [sentence]
