"""An image is taken home byte for byte, and nothing of it looks whole before it is whole."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from layerscope.cli.main import main
from layerscope.oci import media_types
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image, build_index, descriptor, digest_of
from support.local_images import REF_NAME, blob_path, layout_files, named, write_directory
from support.tars import file
from support.waiting import wait_for

LAYERS = ([file("a", b"1" * 3000)], [file("b", b"2" * 3000)], [file("b", b"2" * 3000)])
IMAGE, OTHER = build_image(LAYERS), build_image([[file("c", b"3")]])
TARGETS = ("oci:home:v1", "oci-archive:home:v1", "docker-archive:home")


@pytest.fixture(autouse=True)
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def registry(fake_registry):
    fake_registry.serve(IMAGE)
    return fake_registry


def parts(where, run):
    """The documents and layers of an image by their digests."""
    code, out, _ = run("layers", where, "--json")
    assert code == 0
    return [row["digest"] for row in json.loads(out)]


@pytest.mark.parametrize("target", TARGETS[:2])
def test_a_layout_has_the_exact_bytes_of_every_part(run, registry, target):
    assert run("copy", registry.reference(), target)[0] == 0
    code, out, _ = run("verify", target, "--json")
    assert (code, {row["status"] for row in json.loads(out)}) == (0, {"verified"})
    assert run("manifest", target, "--raw")[1].encode() == IMAGE.manifest_bytes
    assert run("config", target, "--raw")[1].encode() == IMAGE.config_bytes
    assert parts(target, run) == [layer["digest"] for layer in IMAGE.manifest["layers"]]


def test_a_docker_archive_has_the_exact_config_and_layers_and_the_name_of_the_source(run, registry):
    assert run("copy", registry.reference(), "docker-archive:home")[0] == 0
    assert run("config", "home", "--raw")[1].encode() == IMAGE.config_bytes
    assert parts("home", run) == [layer["digest"] for layer in IMAGE.manifest["layers"]]
    assert parts(f"docker-archive:home:{registry.reference()}", run) == parts("home", run)
    assert run("verify", "home")[0] == 0


def test_the_result_names_digest_and_blobs(run, registry):
    code, out, _ = run("copy", registry.reference(), "oci:home:v1", "--json")
    assert (code, json.loads(out)) == (
        0,
        {
            "reference": "oci:home:v1",
            "digest": IMAGE.digest,
            "replacedDigest": None,
            "written": True,
            "blobs": {"written": 3},
        },
    )
    code, out, _ = run("copy", registry.reference(), "oci:home:v1", "--json")
    assert [json.loads(out)[name] for name in ("written", "blobs")] == [False, {"present": 3}]


def test_an_index_is_copied_whole_or_for_one_platform(run, fake_registry, tmp_path):
    images = [build_image(platform=f"linux/{name}") for name in ("amd64", "arm64")]
    entries = [
        image.descriptor(platform={"os": "linux", "architecture": image.config["architecture"]}) for image in images
    ]
    index = build_index(*entries)
    for image in images:
        fake_registry.serve(image)
    fake_registry.serve_manifest(index, media_types.OCI_INDEX)
    assert run("copy", fake_registry.reference(), "oci:home:all")[0] == 0
    assert (tmp_path / "home" / blob_path(digest_of(index))).read_bytes() == index
    assert run("copy", fake_registry.reference(), "oci:home:arm", "--platform", "linux/arm64")[0] == 0
    assert json.loads(run("inspect", "oci:home:arm", "--json")[1])["digest"] == images[1].digest
    assert run("copy", fake_registry.reference(), "docker-archive:arm", "--platform", "linux/arm64")[0] == 0
    assert json.loads(run("inspect", "arm", "--json")[1])["platform"] == "linux/arm64"


def test_a_layout_keeps_its_other_images_and_what_its_index_says_besides(run, registry, tmp_path):
    files = layout_files([named(OTHER, "other")], OTHER)
    files["index.json"] = json.dumps(json.loads(files["index.json"]) | {"annotations": {"a": "b"}}).encode()
    write_directory(tmp_path / "home", files)
    assert run("copy", registry.reference(), "oci:home:v1")[0] == 0
    assert parts("oci:home:other", run) == [OTHER.manifest["layers"][0]["digest"]]
    index = json.loads((tmp_path / "home" / "index.json").read_bytes())
    assert index["annotations"] == {"a": "b"}
    assert [entry["annotations"][REF_NAME] for entry in index["manifests"]] == ["other", "v1"]


def test_a_tag_of_a_layout_is_replaced_only_if_the_user_says_so(run, registry, tmp_path):
    write_directory(tmp_path / "home", layout_files([named(OTHER, "v1")], OTHER))
    before = (tmp_path / "home" / "index.json").read_bytes()
    code, out, err = run("copy", registry.reference(), "oci:home:v1")
    assert (code, out) == (2, "")
    assert "replace `oci:home:v1`" in err
    assert (tmp_path / "home" / "index.json").read_bytes() == before
    assert run("copy", registry.reference(), "oci:home:v1", "--yes")[0] == 0
    assert json.loads(run("inspect", "oci:home:v1", "--json")[1])["digest"] == IMAGE.digest


def test_a_dry_run_writes_nothing(run, registry, tmp_path):
    for target in TARGETS:
        assert run("copy", registry.reference(), target, "--dry-run")[0] == 0
    assert not list(tmp_path.iterdir())


def test_a_damaged_blob_of_the_layout_is_written_again(run, registry, tmp_path):
    run("copy", registry.reference(), "oci:home:v1")
    blob = tmp_path / "home" / blob_path(IMAGE.manifest["layers"][0]["digest"])
    blob.write_bytes(b"x" * blob.stat().st_size)
    assert run("copy", registry.reference(), "oci:home:v1")[0] == 0
    assert run("verify", "oci:home:v1")[0] == 0


@pytest.mark.parametrize("target", TARGETS[1:])
def test_an_archive_that_exists_is_refused_before_the_registry_is_asked(run, registry, tmp_path, target):
    (tmp_path / "home").write_bytes(b"mine")
    code, _, err = run("copy", registry.reference(), target)
    assert (code, err) == (2, "error: `home` already exists\nhint: remove the file, or name another one\n")
    assert ((tmp_path / "home").read_bytes(), registry.requests) == (b"mine", [])


def test_a_directory_with_other_things_than_a_layout_is_refused(run, registry, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "notes").write_text("mine")
    assert run("copy", registry.reference(), "oci:home:v1")[0] == 2
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["notes"]


def test_nothing_is_written_through_a_symlink_in_the_layout(run, registry, tmp_path):
    (tmp_path / "outside").mkdir()
    write_directory(tmp_path / "home", layout_files([], OTHER) | {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'})
    blobs = tmp_path / "home" / "blobs" / "sha256"
    blobs.rename(tmp_path / "elsewhere")
    blobs.symlink_to(tmp_path / "outside")
    assert run("copy", registry.reference(), "oci:home:v1")[0] == 2
    assert not list((tmp_path / "outside").iterdir())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("lie", [b"other bytes", b""])
def test_a_blob_with_other_bytes_leaves_nothing_that_looks_whole(run, registry, tmp_path, target, lie):
    last = IMAGE.manifest["layers"][-1]["digest"]
    registry.on("GET", f"/v2/app/blobs/{last}", Reply(body=lie.ljust(len(IMAGE.blobs[last]), b"x")))
    assert run("copy", registry.reference(), target)[0] == 2
    assert run("inspect", target)[0] == 2
    left = {path.name for path in tmp_path.iterdir()}
    assert left == ({"home"} if target.startswith("oci:") else set())


@pytest.mark.parametrize("target", ["oci:home:@2", "oci:home@sha256:" + "0" * 64, "oci:home:a b", "docker-archive:h:A"])
def test_a_name_that_a_target_cannot_have_is_refused(run, registry, tmp_path, target):
    assert run("copy", registry.reference(), target)[0] == 2
    assert not list(tmp_path.iterdir())


def test_an_artifact_goes_into_a_layout_but_not_into_a_docker_archive(run, fake_registry):
    config = descriptor(b"{}", media_types.OCI_EMPTY)
    chart = build_image([b"chart"], compress=bytes, layer_media_type="text/x", manifest={"config": config})
    chart.blobs[digest_of(b"{}")] = b"{}"
    fake_registry.serve(chart)
    assert run("copy", fake_registry.reference(), "docker-archive:home")[0] == 2
    assert run("copy", fake_registry.reference(), "oci:home:v1")[0] == 0
    assert run("verify", "oci:home:v1")[0] == 0


def test_an_image_of_this_machine_can_be_copied_to_this_machine(run, tmp_path):
    write_directory(tmp_path / "layout", layout_files([named(IMAGE, "v1")], IMAGE))
    assert run("copy", "oci:layout:v1", "docker-archive:app.tar:app:v2")[0] == 0
    assert run("copy", "app.tar", "oci:home:v1")[0] == 0
    assert parts("docker-archive:app.tar:app:v2", run) == parts("oci:home:v1", run) == parts("oci:layout:v1", run)


class Holding(FakeRegistry):
    """Sends a layer up to some byte, and then nothing more; `reached` is set there."""

    def hold(self, digest, blob, size):
        self.reached, self.gate = threading.Event(), threading.Event()

        def chunks():
            yield blob[:size]
            self.reached.set()
            self.gate.wait(60)

        self.on("GET", f"/v2/app/blobs/{digest}", Reply(chunks=chunks()))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("layer", "size"), [(0, 1), (0, 20), (1, 1), (1, 60)])
def test_a_copy_that_is_killed_leaves_nothing_that_looks_whole_and_can_be_repeated(run, tmp_path, target, layer, size):
    digest = IMAGE.manifest["layers"][layer]["digest"]
    with Holding() as registry:
        registry.serve(IMAGE)
        registry.hold(digest, IMAGE.blobs[digest], size)
        command = [sys.executable, "-m", "layerscope", "copy", str(registry.reference()), target]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(registry.reached.is_set)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
        registry.gate.set()
        assert run("inspect", target)[0] == 2
        assert not (tmp_path / "home").is_file()
        registry.serve(IMAGE)
        assert run("copy", registry.reference(), target)[0] == 0
    assert run("verify", target)[0] == 0
