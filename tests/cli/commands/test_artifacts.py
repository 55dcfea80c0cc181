"""An artifact is no image: what needs a file system says so, all else works."""

import pytest

from layerscope.oci import media_types
from support.images import build_image, descriptor, tar_of
from support.local_images import blob_files, layout_files, named, write_directory

HELM = "application/vnd.cncf.helm.config.v1+json"
COSIGN = "application/vnd.dev.cosign.simplesigning.v1+json"
IN_TOTO = "application/vnd.in-toto+json"
SPDX = "application/spdx+json"
NO_CONFIG = descriptor(b"{}", media_types.OCI_EMPTY)


def artifact(layer, layer_type, **more):
    return build_image([layer], compress=bytes, layer_media_type=layer_type, **more)


CHART = tar_of([("Chart.yaml", b"name: app\n")])
ARTIFACTS = {
    HELM: artifact(CHART, f"{HELM}.tar+gzip", manifest={"config": descriptor(b"{}", HELM)}),
    COSIGN: artifact(b"{}", COSIGN, os="", architecture=""),
    IN_TOTO: artifact(b"{}", IN_TOTO, os="unknown", architecture="unknown"),
    SPDX: artifact(b"{}", "text/spdx", manifest={"config": NO_CONFIG, "artifactType": SPDX}),
}
NEED_FILES = (("ls",), ("cat", "/a"), ("extract", "/a", "-o", "out"), ("waste",), ("ci",), ("export",), ("explore",))


@pytest.fixture(params=list(ARTIFACTS))
def stored(request, tmp_path):
    image = ARTIFACTS[request.param]
    files = layout_files([named(image, "app")], image) | blob_files(b"{}")
    return request.param, f"oci:{write_directory(tmp_path / 'layout', files)}:app"


@pytest.mark.parametrize("command", NEED_FILES, ids=lambda command: command[0])
def test_a_command_that_needs_a_file_system_refuses_an_artifact(cli, stored, command):
    kind, path = stored
    outcome = cli(command[0], path, *command[1:])
    assert (outcome.code, outcome.out) == (2, "")
    error, hint = outcome.err.splitlines()
    assert error == f"error: `{path}` is an artifact of type `{kind}`: it has no file system"
    assert hint.startswith(f"hint: `layerscope manifest {path}` ")


@pytest.mark.parametrize("command", ["inspect", "history", "layers", "manifest", "config", "verify"])
def test_the_documents_and_blobs_of_an_artifact_are_shown(cli, program, stored, command):
    kind, path = stored
    assert program(command, path).code == 0
    assert cli("inspect", path, "--json").json["artifactType"] == kind


def test_a_part_of_an_artifact_is_printed(cli, program, stored):
    _, path = stored
    (layer,) = cli("layers", path, "--json").json
    assert program("blob", path, layer["digest"]).code == 0


@pytest.mark.parametrize("layers", [(), ([("a", b"1")],)], ids=["scratch", "unknown layer type"])
def test_an_image_without_layers_or_of_unknown_layers_is_an_image(cli, tmp_path, layers):
    image = build_image(layers, layer_media_type="application/vnd.example.layer")
    path = write_directory(tmp_path / "layout", layout_files([named(image, "app")], image))
    assert cli("ls", path).lines == ["a"] * len(layers)
    assert cli("ci", path).code == 0
    assert cli("inspect", path, "--json").json["artifactType"] is None


@pytest.mark.parametrize("config_type", sorted(media_types.ODD_IMAGE_CONFIGS))
def test_a_config_of_an_odd_type_beside_layers_of_an_image_is_an_image(cli, tmp_path, config_type):
    config = descriptor(build_image().config_bytes, config_type)
    image = build_image(manifest={"config": config})
    path = write_directory(tmp_path / "layout", layout_files([named(image, "app")], image))
    assert cli("ls", path).lines == ["hello.txt"]
