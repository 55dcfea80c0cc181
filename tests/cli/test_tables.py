"""Layers with a table of contents, read from a registry: how little is fetched, counted by a relay."""

import json
import os
import random
from types import SimpleNamespace

import pytest

from support.chunked import estargz, stored_gzip
from support.fake_registry import FakeRegistry, Reply
from support.real_engines import run
from support.relay import Relay
from support.tars import file

NOISE = random.Random(7).randbytes(1 << 20)


@pytest.fixture(scope="module")
def zstd_chunked_image(real_registry, tmp_path_factory):
    """An image that buildah pushed as zstd:chunked, and one of its files."""
    if os.geteuid() != 0:
        pytest.skip("only root can build with buildah everywhere")
    directory = tmp_path_factory.mktemp("chunked")
    (directory / "files").mkdir()
    for number in range(200):
        (directory / "files" / f"file{number}").write_text(f"file {number}\n")
    noise = random.Random(8).randbytes(16_000_000)
    (directory / "files" / "big").write_bytes(noise)
    (directory / "Dockerfile").write_text("FROM scratch\nCOPY files/ /files/\n")
    name = f"{real_registry.host}/chunked"
    buildah = ("buildah", "--storage-driver", "vfs", "--root", directory / "root", "--runroot", directory / "run")
    run(*buildah, "build", "--isolation", "chroot", "--quiet", "--tag", name, directory)
    push = ("push", "--quiet", "--tls-verify=false", "--compression-format", "zstd:chunked")
    run(*buildah, *push, name, f"docker://{name}:latest")
    return SimpleNamespace(
        host=real_registry.host, name="chunked", path="/files/file7", content=b"file 7\n", size=len(noise)
    )


@pytest.fixture(scope="module")
def estargz_image():
    """An eStargz image of 300 MB."""
    files = [file(f"files/{number:03}", NOISE) for number in range(300)]
    chunked = estargz([*files, file("last", b"the last file\n")], compress=stored_gzip)
    with FakeRegistry() as registry:
        registry.serve(chunked.image())
        yield SimpleNamespace(host=registry.host, name="app", path="/files/007", content=NOISE, size=len(chunked.blob))


@pytest.mark.real("docker-registry", "buildah")
def test_a_zstd_chunked_image_opens_with_less_than_a_hundredth_of_it(cli, tmp_path, zstd_chunked_image):
    opens_with_little(cli, tmp_path, zstd_chunked_image, entry_count=202)


def test_an_estargz_image_opens_with_less_than_a_hundredth_of_it(cli, tmp_path, estargz_image):
    assert estargz_image.size > 300_000_000
    opens_with_little(cli, tmp_path, estargz_image, entry_count=301)


def opens_with_little(cli, tmp_path, image, entry_count):
    """Everything together, each command with a table of its own, fetches less than a twentieth."""
    with Relay(image.host) as relay:
        name = f"{relay.host}/{image.name}:latest"
        shown = json.loads(cli("inspect", name, "--json").out)
        assert relay.sent_size < image.size / 100
        assert (shown["entryCount"], shown["listed"]["layers"]) == (entry_count, [0])
        assert 0 < shown["listed"]["fetchedSize"] < relay.sent_size
        assert "layer 0 is listed by a table of contents, and `--whole` reads everything" in cli("inspect", name).out
        assert [row["status"] for row in json.loads(cli("layers", name, "--json").out)] == ["listed"]
        assert cli("extract", name, image.path, "-o", tmp_path).code == 0
        assert (tmp_path / image.path.rpartition("/")[2]).read_bytes() == image.content
        assert relay.sent_size < image.size / 20


@pytest.mark.real("docker-registry", "buildah")
def test_a_whole_zstd_chunked_image_is_verified_and_then_nothing_is_listed(cli, zstd_chunked_image):
    name = f"{zstd_chunked_image.host}/{zstd_chunked_image.name}:latest"
    assert [part["status"] for part in json.loads(cli("verify", name, "--json").out)] == ["verified"] * 3
    assert [row["status"] for row in json.loads(cli("layers", name, "--whole", "--json").out)] == ["verified"]
    assert json.loads(cli("inspect", name, "--json").out)["listed"] is None


@pytest.mark.parametrize("command", ["waste", "packages", "ci", "export", "find"])
def test_commands_that_need_more_than_a_table_read_the_whole_layer(cli, command):
    chunked = estargz([file("noise", NOISE)])
    with FakeRegistry() as registry:
        registry.serve(chunked.image())
        cli(command, registry.reference(), *(["noise"] if command == "find" else []))
        layer = chunked.descriptor()["digest"]
        assert [request.headers.get("range") for request in registry.requests if layer in request.path] == [None]


def test_a_registry_that_ignores_ranges_sends_the_layer_once_and_it_is_verified(cli):
    chunked = estargz([file("noise", NOISE)])
    image = chunked.image()
    with FakeRegistry() as registry:
        registry.serve(image)
        blob = f"/v2/app/blobs/{image.manifest['layers'][0]['digest']}"
        registry.on("GET", blob, Reply(body=chunked.blob))
        shown = cli("layers", registry.reference(), "--json")
        assert (json.loads(shown.out)[0]["status"], shown.err) == ("verified", "")
        ranges = [request.headers.get("range") for request in registry.requests if request.route == blob]
    assert len(ranges) == 2
    assert ranges[1] is None


def test_a_hostile_table_is_a_warning_and_the_layer_is_verified(cli):
    chunked = estargz([file("noise", NOISE)], edit=lambda table: table["entries"].append({"type": "\x1b[31m"}))
    with FakeRegistry() as registry:
        registry.serve(chunked.image())
        shown = cli("layers", registry.reference(), "--json")
    assert json.loads(shown.out)[0]["status"] == "verified"
    assert "layer 0: its table of contents is not used: an entry has an unknown type" in shown.err


def test_verify_finds_a_table_that_lies(cli):
    chunked = estargz([file("noise", NOISE)], edit=lambda table: table["entries"][0].update(mode=0o4755))
    with FakeRegistry() as registry:
        registry.serve(chunked.image())
        shown = cli("verify", registry.reference(), "--json")
    part = json.loads(shown.out)[-1]
    assert (shown.code, part["status"]) == (1, "mismatch")
    assert part["problem"] == "its table of contents says something else of `/noise`"
