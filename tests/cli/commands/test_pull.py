"""The pull size is a figure of a pull, or it is unknown."""

import json
from xml.etree.ElementTree import fromstring

import pytest

from support.images import build_image
from support.local_images import classic_files, layout_files, named, write_archive, write_directory
from support.tars import file

LAYERS = ([file("usr/lib/big", b"ab" * 5000)], [file(".wh.usr")])
PLAIN = build_image(LAYERS, compress=lambda tar: tar, layer_media_type="application/vnd.oci.image.layer.v1.tar")
GZIP = build_image(LAYERS)
WORDS = "unknown: the layers were exported without compression"


def saved_with_layout(image):
    """The format of `docker save` since 25."""
    layout = layout_files([named(image, "latest")], image)
    paths = ["blobs/" + layer["digest"].replace(":", "/") for layer in image.manifest["layers"]]
    config = "blobs/" + image.manifest["config"]["digest"].replace(":", "/")
    entry = {"Config": config, "RepoTags": ["app:latest"], "Layers": paths}
    return layout | {"manifest.json": json.dumps([entry]).encode()}


def gzip_archive(image):
    """The format of kaniko and bazel: the layers as they are in a registry."""
    files = classic_files(image)
    entry = json.loads(files["manifest.json"])[0]
    return files | dict(zip(entry["Layers"], image.layers, strict=True))


@pytest.fixture(params=[classic_files, saved_with_layout])
def exported(request, tmp_path):
    return write_archive(tmp_path / "app.tar", request.param(PLAIN))


def test_the_pull_of_layers_that_an_engine_decompressed_is_unknown_in_every_table(cli, exported):
    shown = cli("inspect", exported).lines
    assert f"pull           {WORDS}" in shown
    assert "wasted         10.0 kB" in shown
    assert [line.split()[3] for line in cli("layers", exported).lines[1:]] == ["?", "?"]
    assert [line.split()[2] for line in cli("history", exported).lines[1:]] == ["?", "?"]
    waste = cli("waste", exported).lines
    assert [waste[1].split()[2], waste[-1]] == ["?", "total 10.0 kB (pull unknown): 10.0 kB deleted"]
    assert "(pull unknown)" in cli("waste", exported, "--savings").out
    found = cli("find", exported, "--all", "big").lines
    assert [found[1].split()[2], found[-1]] == ["?", "1 file, 10.0 kB (pull unknown)"]
    assert [line.split()[1] for line in cli("dockerfile", exported).lines[1:]] == ["?", "?"]
    markdown = cli("export", exported, "--format", "markdown").out
    assert ("of the pull)" in markdown, markdown.count("| ? |")) == (False, 3)


def test_json_says_that_the_pull_is_unknown_and_keeps_its_numbers(cli, exported):
    report = cli("export", exported).json
    rows = [report["image"], *report["layers"], *report["history"], *report["waste"]]
    assert [(row["pullKnown"], isinstance(row["compressedSize"], int)) for row in rows] == [(False, True)] * 6
    savings = cli("waste", exported, "--savings", "--json").json
    assert {row["pullKnown"] for row in savings} == {False}


@pytest.mark.parametrize("kind", ["text", "json", "junit", "github", "markdown"])
def test_a_limit_of_an_unknown_pull_is_skipped_and_the_report_says_why(cli, exported, kind):
    rules = ("--max-compressed-size", "1", "--lowest-efficiency", "0", "--highest-user-wasted-percent", "1")
    outcome = cli("ci", exported, *rules, "--format", kind)
    assert outcome.code == 0
    assert "the pull size is unknown: the layers were exported without compression" in outcome.out.replace("\\", "")
    if kind == "json":
        (rule,) = [rule for rule in outcome.json["rules"] if rule["rule"] == "maxCompressedSize"]
        assert (rule["verdict"], rule["figure"], rule["limit"]) == ("SKIP", None, 1)
    if kind == "junit":
        (case,) = [case for case in fromstring(outcome.out) if case.get("name") == "maxCompressedSize"]
        assert "pull size is unknown" in case.find("skipped").get("message")


@pytest.mark.parametrize("image", [PLAIN, GZIP], ids=["plain", "gzip"])
def test_a_registry_and_a_layout_are_pulled_as_they_are(cli, fake_registry, tmp_path, image):
    fake_registry.serve(image)
    layout = write_directory(tmp_path / "layout", layout_files([named(image, "latest")], image))
    for where in (fake_registry.reference(), f"oci:{layout}"):
        row = cli("inspect", where, "--json").json
        assert (row["pullKnown"], row["compressedSize"]) == (True, sum(map(len, image.layers)))
        assert cli("ci", where, "--max-compressed-size", "1").code == 1


def test_an_archive_with_compressed_layers_has_the_pull_of_its_blobs(cli, tmp_path):
    archive = write_archive(tmp_path / "app.tar", gzip_archive(GZIP))
    row = cli("inspect", archive, "--json").json
    assert (row["pullKnown"], row["compressedSize"]) == (True, sum(map(len, GZIP.layers)))


def test_a_comparison_with_an_export_says_that_its_pull_is_unknown(cli, exported, tmp_path):
    layout = write_directory(tmp_path / "layout", layout_files([named(GZIP, "latest")], GZIP))
    lines = cli("diff", layout, exported).lines
    (pull,) = [line.split() for line in lines if line.startswith("pull ")]
    assert (pull[-2:], pull[1]) == (["?", "?"], str(sum(map(len, GZIP.layers))))
    rules = ("--max-pull-growth", "1", "--lowest-efficiency", "0", "--highest-user-wasted-percent", "1")
    outcome = cli("ci", exported, "--against", layout, *rules, "--format", "json")
    assert outcome.code == 0
    (rule,) = [rule for rule in outcome.json["rules"] if rule["rule"] == "maxPullGrowth"]
    assert (rule["verdict"], rule["details"]) == (
        "SKIP",
        ["the pull size is unknown: the layers were exported without compression"],
    )
