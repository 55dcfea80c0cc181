"""What is taken home from a real registry is read by other tools, byte for byte."""

import json
import subprocess

import pytest

from layerscope.cli.main import main
from layerscope.oci import media_types
from support.images import build_image, build_index, digest_of
from support.podman_storage import podman_storage
from support.tars import file, zstd_module

LAYERS = ([file("a", b"1" * 3000)], [file("b", b"2" * 3000)], [file("b", b"2" * 3000)])
IMAGES = {
    "docker": build_image(LAYERS, docker=True),
    "gzip": build_image(LAYERS),
    "zstd": build_image(LAYERS, compress=zstd_module.compress, layer_media_type=media_types.OCI_LAYER_ZSTD),
    "plain": build_image(LAYERS, compress=bytes, layer_media_type=media_types.OCI_LAYER),
}


@pytest.fixture
def registry(real_registry):
    for name, image in IMAGES.items():
        real_registry.push(image, name)
    return real_registry


@pytest.fixture
def storage(monkeypatch):
    with podman_storage(monkeypatch) as directory:
        yield directory


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def copied(registry, name, target):
    assert main(["copy", str(registry.reference(f"{name}:latest")), target]) == 0
    return IMAGES[name]


def blobs_of(directory):
    """The exact bytes of what skopeo wrote, by digest."""
    return {digest_of(path.read_bytes()) for path in directory.iterdir() if path.name != "version"}


@pytest.mark.real("docker-registry", "skopeo")
@pytest.mark.parametrize("kind", ["oci", "oci-archive"])
@pytest.mark.parametrize("name", ["gzip", "zstd", "plain"])
def test_skopeo_reads_the_same_bytes_from_a_layout(registry, tmp_path, name, kind):
    target = f"{kind}:{tmp_path}/home:v1"
    image = copied(registry, name, target)
    run("skopeo", "copy", "--preserve-digests", target, f"dir:{tmp_path}/back")
    assert blobs_of(tmp_path / "back") == {image.digest, *image.blobs}


@pytest.mark.real("docker-registry", "skopeo")
def test_skopeo_reads_a_docker_manifest_from_a_layout_without_a_tag_and_we_say_so(registry, tmp_path, capsys):
    image = copied(registry, "docker", f"oci:{tmp_path}/home")
    assert capsys.readouterr().err == ""
    run("skopeo", "copy", "--preserve-digests", f"oci:{tmp_path}/home", f"dir:{tmp_path}/back")
    assert blobs_of(tmp_path / "back") == {image.digest, *image.blobs}
    copied(registry, "docker", f"oci:{tmp_path}/home:v1")
    assert "in a layout only if the image has no tag" in capsys.readouterr().err


@pytest.mark.real("docker-registry", "skopeo")
def test_skopeo_reads_all_images_of_an_index(registry, tmp_path):
    images = [build_image([[("name", name.encode())]], platform=f"linux/{name}") for name in ("amd64", "arm64")]
    platforms = [{"os": "linux", "architecture": image.config["architecture"]} for image in images]
    entries = (image.descriptor(platform=platform) for image, platform in zip(images, platforms, strict=True))
    index = build_index(*entries)
    source = registry.push_index(index, images, "multi")
    assert main(["copy", str(source), f"oci:{tmp_path}/home:v1"]) == 0
    run("skopeo", "copy", "--all", "--preserve-digests", f"oci:{tmp_path}/home:v1", f"dir:{tmp_path}/back")
    expected = {digest_of(index)}.union(*({image.digest, *image.blobs} for image in images))
    assert blobs_of(tmp_path / "back") == expected


@pytest.mark.real("docker-registry", "skopeo")
@pytest.mark.parametrize("name", list(IMAGES))
def test_skopeo_reads_the_config_and_the_unpacked_layers_of_a_docker_archive(registry, tmp_path, name):
    image = copied(registry, name, f"docker-archive:{tmp_path}/home")
    run("skopeo", "copy", f"docker-archive:{tmp_path}/home", f"dir:{tmp_path}/back")
    manifest = json.loads((tmp_path / "back" / "manifest.json").read_bytes())
    assert manifest["config"]["digest"] == digest_of(image.config_bytes)
    assert [layer["digest"] for layer in manifest["layers"]] == image.config["rootfs"]["diff_ids"]


@pytest.mark.real("docker-registry", "podman")
@pytest.mark.parametrize("kind", ["oci-archive", "docker-archive"])
@pytest.mark.parametrize("name", list(IMAGES))
@pytest.mark.usefixtures("storage")
def test_podman_loads_an_archive(registry, tmp_path, name, kind):
    image = copied(registry, name, f"{kind}:{tmp_path}/home")
    run("podman", "load", "--quiet", "--input", tmp_path / "home")
    (loaded,) = run("podman", "images", "--quiet", "--no-trunc").decode().split()
    assert loaded == digest_of(image.config_bytes)
