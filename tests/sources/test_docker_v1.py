import json

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.blobs.status import BlobStatus
from layerscope.errors import InvalidDocument, NotFound, SourceError
from layerscope.loading import load
from layerscope.sources import docker_v1
from support.images import build_image, digest_of, tar_of
from support.local_images import read_blob, write_archive

TARS = [tar_of([("a.txt", b"a" * 5000)]), tar_of([("b.txt", b"b")]), tar_of([])]
COMMANDS = [["/bin/sh", "-c", "#(nop) ADD file:1 in /"], ["/bin/sh", "-c", "make"], ["/bin/sh", "-c", "#(nop) CMD sh"]]


def layer_id(number):
    return f"{number:064x}"


def v1_files(count=3, first=0, repositories=None):
    """The format of `docker save` before 1.10: a directory for each layer, and `repositories` if names were saved."""
    files = {}
    for number in range(first, first + count):
        description = {
            "id": layer_id(number),
            "created": f"2015-01-0{number % 9 + 1}T00:00:00Z",
            "container_config": {"Cmd": COMMANDS[number % 3]},
            "config": {"Env": [f"STEP={number}"], "Cmd": ["sh"]},
            "architecture": "amd64",
            "os": "linux",
            "Size": len(TARS[number % 3]),
        }
        if number > first:
            description["parent"] = layer_id(number - 1)
        files |= {
            f"{layer_id(number)}/VERSION": b"1.0",
            f"{layer_id(number)}/json": json.dumps(description).encode(),
            f"{layer_id(number)}/layer.tar": TARS[number % 3],
        }
    if repositories is not None:
        files["repositories"] = json.dumps(repositories).encode()
    return files


@pytest.fixture(params=["docker-archive:", ""])
def archive(tmp_path, request):
    """Writes files into a tar; returns the text that opens it, as a docker-archive or without a transport."""
    return lambda files: f"{request.param}{write_archive(tmp_path / 'image.tar', files)}"


NAMED = {"app": {"latest": layer_id(2), "1": layer_id(2)}, "base": {"latest": layer_id(1)}}


def test_the_layers_come_in_the_order_of_their_parents(archive, opened):
    assert opened.blobs(archive(v1_files(repositories={"app": {"latest": layer_id(2)}}))) == tuple(TARS)


def test_each_layer_is_a_step_of_the_history(archive, opened):
    image = opened.resolve(archive(v1_files()))
    assert [(step.entry.created_by, step.entry.created, step.layer) for step in image.history] == [
        (" ".join(command), f"2015-01-0{number + 1}T00:00:00Z", number) for number, command in enumerate(COMMANDS)
    ]


def test_the_config_of_the_highest_layer_is_used(archive, opened):
    source = opened(archive(v1_files()))
    image = resolve(source, None)
    assert (image.config.environment, image.config.created) == (("STEP=2",), "2015-01-03T00:00:00Z")
    assert str(image.platform) == "linux/amd64"
    assert image.config.command == ("sh",)
    assert "id" not in json.loads(image.config_bytes)
    assert read_blob(source, image.manifest.config) == image.config_bytes


def test_layers_have_the_digest_of_their_bytes_and_nothing_to_check_it_against(archive, opened):
    source = opened(archive(v1_files()))
    loaded = load(source)
    assert [str(layer.descriptor.digest) for layer in loaded.image.layers] == list(map(digest_of, TARS))
    assert {layer.diff_id for layer in loaded.image.layers} == {None}
    assert {content.status for content in loaded.contents} == {BlobStatus.VERIFIED}
    assert loaded.image.warnings == ("the config has 0 diff_ids for 3 layers: no diff_id can be checked",)


@pytest.mark.parametrize(("tag", "count"), [("app:latest", 3), ("app", 3), ("app:1", 3), ("base", 2)])
def test_a_tag_chooses_the_highest_layer(archive, opened, tag, count):
    text = archive(v1_files(repositories=NAMED))
    assert len(opened.resolve(f"{text}:{tag}").layers) == count


def test_with_several_images_none_is_chosen(archive, opened):
    text = archive(v1_files(repositories=NAMED))
    name = f"docker-archive:{text.removeprefix('docker-archive:')}"
    with pytest.raises(SourceError, match="has 2 images") as caught:
        opened.resolve(text)
    assert caught.value.hint == f"use one of `{name}:app:latest`, `{name}:base:latest`"


def test_without_names_the_layer_that_no_other_builds_on_is_the_image(archive, opened):
    assert len(opened.resolve(archive(v1_files())).layers) == 3
    assert len(opened.resolve(archive(v1_files(repositories={}))).layers) == 3


def test_without_names_and_with_several_such_layers_a_position_chooses(archive, opened):
    text = archive(v1_files(2) | v1_files(1, first=5))
    with pytest.raises(SourceError, match="has 2 images"):
        opened.resolve(text)
    assert len(opened.resolve(f"{text}:@0").layers) == 2
    assert len(opened.resolve(f"{text}:@1").layers) == 1


def test_a_config_beside_the_layers_is_the_images_own(archive, opened):
    image = build_image(TARS)
    config = {f"{digest_of(image.config_bytes).removeprefix('sha256:')}.json": image.config_bytes}
    resolved = opened.resolve(archive(v1_files() | config))
    assert resolved.config_bytes == image.config_bytes
    assert [str(layer.diff_id) for layer in resolved.layers] == list(map(digest_of, TARS))


@pytest.mark.parametrize("tars", [TARS[:2], [*TARS, TARS[0]]])
def test_a_config_for_another_number_of_layers_is_not_the_images(archive, opened, tars):
    image = build_image(tars)
    config = {f"{digest_of(image.config_bytes).removeprefix('sha256:')}.json": image.config_bytes}
    assert opened.resolve(archive(v1_files() | config)).config.environment == ("STEP=2",)


def test_a_config_that_has_not_the_digest_of_its_name_is_not_the_images(archive, opened):
    files = v1_files() | {f"{layer_id(7)}.json": build_image(TARS).config_bytes}
    assert opened.resolve(archive(files)).config.environment == ("STEP=2",)


def without(files, name):
    return {key: data for key, data in files.items() if key != name}


@pytest.mark.parametrize(
    ("files", "error", "message"),
    [
        ({"repositories": b"{}"}, SourceError, "has no image: it has no layers"),
        ({"repositories": b"[]"}, InvalidDocument, "`repositories` is not a JSON object"),
        ({"repositories": b'{"a": {"b": "../../etc"}}'}, InvalidDocument, "no layer for `a:b`"),
        ({"repositories": b'{"a": {"b": 7}}'}, InvalidDocument, "no layer for `a:b`"),
        (v1_files(repositories={"a": {"b": layer_id(9)}}), NotFound, f"`{layer_id(9)}/json` is not in"),
        (without(v1_files(), f"{layer_id(1)}/json"), NotFound, f"`{layer_id(1)}/json` is not in"),
        (without(v1_files(), f"{layer_id(1)}/layer.tar"), NotFound, r"layer `.*/layer\.tar` is missing"),
        (v1_files() | {f"{layer_id(2)}/json": b"[]"}, InvalidDocument, "is not a JSON object"),
        (
            v1_files() | {f"{layer_id(0)}/json": b'{"parent": "../x"}'},
            InvalidDocument,
            "the parent of a layer in .* is not a layer",
        ),
        (
            v1_files(repositories=NAMED) | {f"{layer_id(0)}/json": json.dumps({"parent": layer_id(1)}).encode()},
            InvalidDocument,
            "form a circle",
        ),
    ],
)
def test_a_broken_archive_is_refused_in_a_sentence(archive, opened, files, error, message):
    with pytest.raises(error, match=message) as caught:
        opened.resolve(archive(files))
    assert "\n" not in caught.value.message


def test_layers_that_are_each_others_parents_are_no_image(archive, opened):
    files = {f"{layer_id(n)}/json": json.dumps({"parent": layer_id(1 - n)}).encode() for n in (0, 1)}
    with pytest.raises(SourceError, match="has no image"):
        opened.resolve(archive(files))


def test_more_layers_than_docker_can_stack_are_refused(archive, opened, monkeypatch):
    monkeypatch.setattr(docker_v1, "MAX_LAYERS", 2)
    for files in (v1_files(), v1_files(repositories={"app": {"latest": layer_id(2)}})):
        with pytest.raises(SourceError, match="more than 2 layers"):
            opened.resolve(archive(files))


def test_a_manifest_wins_over_what_old_docker_reads(archive, opened):
    image = build_image()
    config = {"config.json": image.config_bytes, "layer.tar": image.tars[0]}
    entry = {"Config": "config.json", "RepoTags": None, "Layers": ["layer.tar"]}
    files = v1_files(repositories=NAMED) | config | {"manifest.json": json.dumps([entry]).encode()}
    assert opened.resolve(archive(files)).config_bytes == image.config_bytes
