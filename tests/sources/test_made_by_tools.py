"""Images written by real tools: skopeo converts the same image to every format."""

import gzip
import subprocess
import tempfile

import pytest

from layerscope.demo.serving import serve_sample_image
from layerscope.oci import Platform
from support.images import build_image
from support.local_images import layout_files, named, write_directory

IMAGE = build_image([[("a.txt", b"a" * 5000)], [("b.txt", b"b")], [("c/d.txt", b"c")]])


@pytest.fixture(scope="module")
def skopeo(tmp_path_factory):
    """Runs `skopeo copy` with a policy and a new temporary directory."""
    home = tmp_path_factory.mktemp("skopeo")
    (home / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')

    def copy(*arguments):
        command = ["skopeo", "--policy", home / "policy.json", "--tmpdir", home, "copy", *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    return copy


def plain(blob):
    return gzip.decompress(blob) if blob.startswith(b"\x1f\x8b") else blob


@pytest.fixture
def layout(tmp_path):
    return f"oci:{write_directory(tmp_path / 'layout', layout_files([named(IMAGE, 'v1')], IMAGE))}:v1"


@pytest.mark.real("skopeo")
@pytest.mark.parametrize("form", ["oci", "oci-archive", "docker-archive"])
def test_an_image_that_skopeo_copied_has_the_same_config_and_layers(skopeo, layout, tmp_path, opened, form):
    skopeo(layout, f"{form}:{tmp_path / 'copy'}:app:v1")
    for text in (f"{form}:{tmp_path / 'copy'}:app:v1", tmp_path / "copy"):
        image = opened.resolve(text)
        assert [layer.diff_id for layer in image.layers] == [layer.diff_id for layer in opened.resolve(layout).layers]
        assert tuple(map(plain, opened.blobs(text))) == IMAGE.tars


@pytest.mark.real("skopeo")
def test_an_image_of_several_platforms_that_skopeo_copied_is_chosen_by_platform(skopeo, tmp_path, opened):
    with serve_sample_image() as reference:
        skopeo("--all", "--src-tls-verify=false", f"docker://{reference}", f"oci:{tmp_path / 'copy'}:latest")
    for architecture in ("amd64", "arm64"):
        image = opened.resolve(tmp_path / "copy", Platform("linux", architecture))
        assert (str(image.platform), len(image.layers)) == (f"linux/{architecture}", 7)


@pytest.fixture
def saved_by_podman(skopeo, layout, tmp_path):
    """Saves the image from a new podman storage at a short path: podman accepts at most 50 characters."""

    def save(form):
        with tempfile.TemporaryDirectory(prefix="pm", dir="/tmp") as home:
            podman = ["podman", "--storage-driver", "vfs", "--root", f"{home}/root", "--runroot", f"{home}/run"]
            skopeo(layout, f"oci-archive:{tmp_path / 'copy.tar'}:app:v1")
            for command in (
                ["load", "-i", tmp_path / "copy.tar"],
                ["save", "--format", form, "-o", tmp_path / form, "localhost/app:v1"],
            ):
                subprocess.run([*podman, *command], check=True, capture_output=True, timeout=120)
        return tmp_path / form

    return save


@pytest.mark.real("podman", "skopeo")
@pytest.mark.parametrize("form", ["docker-archive", "oci-archive"])
def test_an_archive_that_podman_saved_has_the_same_layers(saved_by_podman, opened, form):
    assert tuple(map(plain, opened.blobs(saved_by_podman(form)))) == IMAGE.tars


@pytest.mark.real("umoci")
def test_a_layout_that_umoci_changed_opens_by_its_tag(layout, opened):
    directory = layout.removeprefix("oci:").removesuffix(":v1")
    command = ["umoci", "config", "--image", f"{directory}:v1", "--tag", "v2", "--config.workingdir", "/srv"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert opened.resolve(f"{directory}:v2").config.working_directory == "/srv"
    assert opened.blobs(f"{directory}:v2") == IMAGE.layers


@pytest.mark.real("tar")
def test_an_archive_packed_by_gnu_tar_opens(tmp_path, opened):
    directory = write_directory(tmp_path / "layout", layout_files([named(IMAGE, "v1")], IMAGE))
    subprocess.run(["tar", "-C", directory, "-cf", tmp_path / "layout.tar", "."], check=True, timeout=60)
    assert opened.blobs(tmp_path / "layout.tar") == IMAGE.layers
