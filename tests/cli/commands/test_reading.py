import hashlib
import json
from types import SimpleNamespace

import pytest

from layerscope.oci import media_types
from support.images import build_image, build_index, descriptor, digest_of, tar_of
from support.local_images import blob_files, classic_files, layout_files, named, write_archive, write_directory

HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
HELM_CONTENT = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


def test_inspect_shows_the_image_on_one_screen(cli, app):
    outcome = cli("inspect", app.name)
    assert (outcome.code, outcome.err) == (0, "")
    analysis = dict(line.strip().split(maxsplit=1) for line in outcome.lines if not line.startswith("media type"))
    assert analysis["digest"] == app.image.digest
    assert analysis["platform"] == "linux/amd64"
    assert analysis["created"] == "2024-01-02T03:04:05Z"
    assert analysis["size"] == "1.82 kB"
    assert analysis["live"] == "1.31 kB"
    assert analysis["deleted"] == "507 B"
    assert analysis["overwritten"] == "5 B"
    assert analysis["efficiency"] == "71.9 %"


def test_inspect_as_json_is_the_image_of_the_report(cli, app):
    image = cli("inspect", app.name, "--json").json
    assert image == cli("export", app.name).json["image"]
    assert image["compressedSize"] == sum(map(len, app.image.layers))
    assert image["size"] == image["liveSize"] + image["overwrittenSize"] + image["deletedSize"] + image["shadowedSize"]


def test_layers_shows_the_values_of_the_manifest_and_the_blobs(cli, app):
    rows = cli("layers", app.name, "--json").json
    assert [row["digest"] for row in rows] == [layer["digest"] for layer in app.image.manifest["layers"]]
    assert [row["diffId"] for row in rows] == [digest_of(tar) for tar in app.image.tars]
    assert [row["compressedSize"] for row in rows] == [len(blob) for blob in app.image.layers]
    assert [row["entryCount"] for row in rows] == [8, 7, 4]
    assert [row["size"] for row in rows] == [1012, 810, 1]
    assert {row["status"] for row in rows} == {"verified"}


def test_layers_as_text_are_not_shortened_in_a_pipe(cli, app):
    heading, *lines = cli("layers", app.name).lines
    assert heading.split()[:4] == ["#", "digest", "media", "type"]
    assert [line.split()[1] for line in lines] == [layer["digest"] for layer in app.image.manifest["layers"]]
    assert lines[1].endswith("RUN install")


def test_history_lists_every_step_newest_first_with_its_layer(cli, app):
    rows = cli("history", app.name, "--json").json
    assert [row["command"] for row in rows] == [step["created_by"] for step in app.image.config["history"][::-1]]
    assert [row["layer"] for row in rows] == [2, 1, None, 0]
    assert [row["emptyLayer"] for row in rows] == [False, False, True, False]


def test_history_as_text_reads_like_the_dockerfile(cli, app):
    assert [line.rpartition("  ")[2] for line in cli("history", app.name).lines] == [
        "instruction",
        "RUN clean",
        "RUN install",
        'CMD ["sh"]',
        "ADD file:0d3f /",
    ]


@pytest.mark.parametrize("options", [[], ["--raw"]])
def test_manifest_and_config_print_their_exact_bytes_to_a_pipe(program, app, options):
    for command, exact in (("manifest", app.image.manifest_bytes), ("config", app.image.config_bytes)):
        outcome = program(command, app.name, *options)
        assert (outcome.code, outcome.out.encode(), outcome.err) == (0, exact, "")


def test_raw_bytes_are_escaped_on_a_terminal_only(program, layout, on_a_terminal):
    image = build_image()
    odd = image.config_bytes.replace(b'"sh"', b'"sh\x7f\xe2\x80\xae"')
    manifest = json.dumps(image.manifest | {"config": descriptor(odd, image.manifest["config"]["mediaType"])}).encode()
    index = json.dumps({"schemaVersion": 2, "manifests": [descriptor(manifest, image.media_type)]}).encode()
    path = write_directory(layout(app=image), {"index.json": index} | blob_files(odd, manifest))
    outcome = on_a_terminal("config", path, "--raw")
    assert outcome.code == 0
    assert rb'"sh\x7f\u202e"' in outcome.shown
    assert "escaped on a terminal" in outcome.err
    assert program("config", path, "--raw").out.encode() == odd


def test_manifest_and_config_as_json_are_indented(cli, layout):
    image = build_image()
    flat = json.dumps(image.config).encode()
    assert b"\n" not in flat
    manifest = image.manifest | {"config": descriptor(flat, image.manifest["config"]["mediaType"])}
    index = descriptor(json.dumps(manifest).encode(), image.media_type)
    path = write_directory(
        layout(app=image), {"index.json": json.dumps({"schemaVersion": 2, "manifests": [index]}).encode()}
    )
    for blob in (flat, json.dumps(manifest).encode()):
        write_directory(path, {f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}": blob})
    outcome = cli("config", path, "--json")
    assert outcome.json == image.config
    assert len(outcome.lines) > 10


def test_manifest_and_config_ask_for_no_layer(cli, fake_registry):
    image = build_image()
    fake_registry.serve(image)
    for command in ("manifest", "config"):
        assert cli(command, fake_registry.reference()).code == 0
    layers = {layer["digest"] for layer in image.manifest["layers"]}
    assert not [path for path in fake_registry.paths() if path.rpartition("/")[2] in layers]


@pytest.fixture
def multi(tmp_path):
    """A layout with an index of two platforms: `images`, the bytes of the `index`, and its `path`."""
    images = [build_image(platform=name) for name in ("linux/amd64", "linux/arm64")]
    index = build_index(
        *(image.descriptor(platform={"os": "linux", "architecture": image.config["architecture"]}) for image in images)
    )
    files = layout_files([descriptor(index, media_types.OCI_INDEX)], *images) | blob_files(index)
    return SimpleNamespace(images=images, index=index, path=write_directory(tmp_path / "multi", files))


def test_of_an_index_manifest_prints_the_chosen_one_or_the_index(program, multi):
    chosen = program("manifest", multi.path, "--platform", "linux/arm64")
    assert chosen.out.encode() == multi.images[1].manifest_bytes
    assert program("manifest", multi.path, "--index").out.encode() == multi.index


def test_inspect_lists_all_platforms_of_an_index(cli, multi):
    lines = cli("inspect", multi.path, "--platform", "linux/arm64").lines
    assert "platform       linux/arm64" in lines
    assert "platforms      linux/amd64, linux/arm64" in lines


@pytest.mark.parametrize("content", [b"not a tar", tar_of([("Chart.yaml", b"name: app\n")])])
def test_an_artifact_is_shown_as_what_it_is_and_not_unpacked(cli, layout, content):
    """A Helm chart: its config is not an image config, and its layer is not a changeset, even if it is a tar."""
    content = {"layers": [content], "compress": bytes, "layer_media_type": HELM_CONTENT}
    config = descriptor(build_image(**content).config_bytes, HELM_CONFIG)
    chart = build_image(**content, manifest={"config": config})
    path = layout(app=chart)
    outcome = cli("inspect", path)
    assert outcome.code == 0
    assert f"artifact       {HELM_CONFIG}" in outcome.lines
    assert cli("inspect", path, "--json").json["artifactType"] == HELM_CONFIG
    (row,) = cli("layers", path, "--json").json
    assert (row["status"], row["mediaType"], row["entryCount"]) == ("verified", HELM_CONTENT, 0)
    assert (row["diffId"], row["warnings"]) == (None, [])


def test_inspect_shows_the_digest_of_the_index_and_of_each_entry(cli, tmp_path):
    images = [build_image(platform=f"linux/{name}") for name in ("amd64", "arm64")]
    proof = build_image([b"{}"], compress=bytes, layer_media_type="application/vnd.in-toto+json")
    about = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": images[0].digest}
    entries = [
        *(image.descriptor(platform={"os": "linux", "architecture": image.config["architecture"]}) for image in images),
        proof.descriptor(platform={"os": "unknown", "architecture": "unknown"}, annotations=about),
    ]
    index = build_index(*entries)
    files = layout_files([descriptor(index, media_types.OCI_INDEX)], *images, proof) | blob_files(index)
    path = write_directory(tmp_path / "multi", files)
    shown = cli("inspect", path, "--json").json["index"]
    assert (shown["digest"], shown["size"], shown["mediaType"]) == (digest_of(index), len(index), media_types.OCI_INDEX)
    assert [(row["platform"], row["artifact"], row["digest"], row["size"]) for row in shown["manifests"]] == [
        ("linux/amd64", None, images[0].digest, len(images[0].manifest_bytes)),
        ("linux/amd64", "attestation", proof.digest, len(proof.manifest_bytes)),
        ("linux/arm64", None, images[1].digest, len(images[1].manifest_bytes)),
    ]
    lines = cli("inspect", path).lines
    assert f"index          {digest_of(index)}" in lines
    assert [line.split("  ")[0] for line in lines[-3:]] == ["linux/amd64", "linux/amd64 attestation", "linux/arm64"]
    assert all(image.digest in "\n".join(lines[-3:]) for image in (*images, proof))


def test_inspect_of_an_image_without_an_index_shows_no_index(cli, app):
    assert "index" not in cli("inspect", app.name, "--json").json
    assert not [line for line in cli("inspect", app.name).lines if line.startswith("index")]


def test_a_warning_says_that_the_archive_has_no_manifest_of_its_own(program, tmp_path):
    archive = write_archive(tmp_path / "app.tar", classic_files(build_image()))
    outcome = program("manifest", archive)
    assert outcome.code == 0
    assert json.loads(outcome.out)["schemaVersion"] == 2
    assert outcome.err == "warning: the image has no manifest: this one was generated from its config and layers\n"


def test_a_manifest_that_stands_alone_has_no_index_to_print(cli, app):
    outcome = cli("manifest", app.name, "--index")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "error: there is no image index: the reference leads to one image\n"


def test_a_platform_that_the_image_is_not_for_is_refused_with_those_it_is_for(cli, tmp_path):
    image = build_image()
    entries = [
        named(image, "app", platform={"os": "linux", "architecture": "amd64"}),
        named(build_image(platform="linux/arm64"), "app", platform={"os": "linux", "architecture": "arm64"}),
    ]
    path = write_directory(tmp_path / "two", layout_files(entries, image))
    outcome = cli("layers", path, "--platform", "windows/amd64")
    assert outcome.code == 2
    assert outcome.err.splitlines() == [
        "error: the image has no manifest for windows/amd64",
        "hint: its platforms are linux/amd64, linux/arm64",
    ]


def damage(layout_path, digest, change):
    blob = layout_path / "blobs" / digest.replace(":", "/")
    blob.write_bytes(change(blob.read_bytes()))


@pytest.mark.parametrize("command", ["inspect", "layers", "history", "ls", "export", "explore"])
def test_a_damaged_layer_is_an_error_and_the_rest_is_printed_with_exit_code_2(cli, layout, command):
    image = build_image([[("a", b"1")], [("b", b"2" * 5000)]])
    path = layout(app=image)
    damage(path, image.manifest["layers"][1]["digest"], lambda data: data[:-20])
    outcome = cli(command, path)
    assert outcome.code == 2
    assert outcome.out
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("error: layer 1 is ")


def test_a_layer_whose_content_is_not_what_its_digest_promises_is_a_mismatch(cli, layout):
    image, other = (build_image([[("a", content)]], compress=bytes) for content in (b"1", b"2"))
    assert len(image.layers[0]) == len(other.layers[0])
    path = layout(app=image)
    damage(path, image.manifest["layers"][0]["digest"], lambda _: other.layers[0])
    outcome = cli("layers", path, "--json")
    assert (outcome.code, outcome.json[0]["status"]) == (2, "mismatch")


def test_an_image_without_layers_is_shown(cli, layout):
    path = layout(app=build_image([], rootfs={"type": "layers", "diff_ids": []}))
    assert cli("layers", path, "--json").json == []
    assert cli("inspect", path, "--json").json["efficiency"] == 1.0
    assert cli("ls", path).out == ""
    assert cli(path).code == 0
