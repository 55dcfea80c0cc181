"""Promises for images whose documents are unusual or wrong: the rest is shown, the fault is named, nothing crashes."""

import json

import pytest

from layerscope.oci import media_types
from support.images import build_image, build_index, descriptor, json_bytes
from support.local_images import blob_files, layout_files, write_directory

CREATED = ["0001-01-01T00:00:00Z", "1970", "9999-12-31T23:59:59Z", "", "garbage", "2020-01-01T00:00:00+25:00"]
READING = ["inspect", "layers", "history", "ls", "export", "explore"]
HOSTILE = "\x1b[2J\x1b]52;c;UFdORUQ=\x07 [/] [@click=app.quit]x[/] \u202e"
ENCRYPTED = f"{media_types.OCI_LAYER_GZIP}+encrypted"
LAYERS = [[("a", b"1")], [("b", b"22")]]


def history(*commands):
    return [{"created_by": command, "empty_layer": command.startswith("ENV")} for command in commands]


@pytest.fixture
def described(layout):
    """Write an image with another config, or with other members of its manifest; returns the path of its layout."""

    def write(image, config=None, **members):
        config_bytes = json_bytes(config or image.config)
        replaced = {"config": descriptor(config_bytes, media_types.OCI_CONFIG), **members}
        manifest = json_bytes(image.manifest | replaced)
        index = json_bytes({"schemaVersion": 2, "manifests": [descriptor(manifest, image.media_type)]})
        return write_directory(layout(app=image), {"index.json": index} | blob_files(manifest, config_bytes))

    return write


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"history": None},
        {"history": []},
        {"history": [None, 5]},
        {"history": history("RUN 1")},
        {"history": history("ENV A=1")},
        {"history": history("RUN 1", "ENV A=1", "RUN 2", "RUN 3")},
    ],
    ids=str,
)
def test_all_layers_are_shown_with_any_history(cli, described, changed):
    image = build_image(LAYERS)
    rest = {key: value for key, value in image.config.items() if key != "history"}
    path = described(image, rest | changed)
    for command in READING:
        assert cli(command, path).code == 0
    rows = cli("layers", path, "--json").json
    assert [(row["index"], row["entryCount"], row["status"]) for row in rows] == [
        (0, 1, "verified"),
        (1, 1, "verified"),
    ]
    layers = [row["layer"] for row in cli("history", path, "--json").json if row["layer"] is not None]
    assert layers == sorted(layers, reverse=True)
    assert set(layers) <= {0, 1}


@pytest.mark.parametrize(
    "rootfs",
    [None, {}, {"type": "blob", "diff_ids": []}, {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}],
    ids=str,
)
def test_layers_without_a_diff_id_of_their_own_are_listed_with_a_warning(cli, layout, rootfs):
    path = layout(app=build_image(LAYERS, rootfs=rootfs))
    outcome = cli("layers", path, "--json")
    assert [(row["diffId"], row["entryCount"]) for row in outcome.json] == [(None, 1), (None, 1)]
    assert any(
        "diff_ids for 2 layers: no diff_id can be checked" in text for text in cli("export", path).json["warnings"]
    )


def test_a_layer_that_is_not_what_its_diff_id_promises_is_a_mismatch(cli, layout):
    image = build_image(LAYERS)
    diff_ids = [image.config["rootfs"]["diff_ids"][0], "sha256:" + "0" * 64]
    path = layout(app=build_image(LAYERS, rootfs={"type": "layers", "diff_ids": diff_ids}))
    outcome = cli("layers", path, "--json")
    assert (outcome.code, [row["status"] for row in outcome.json]) == (2, ["verified", "mismatch"])
    assert f"not the diff_id sha256:{'0' * 64}" in outcome.err


@pytest.mark.parametrize("created", CREATED)
def test_an_impossible_time_is_shown_unchanged(cli, layout, created):
    path = layout(app=build_image(LAYERS, history=[{"created": created}] * 2, created=created))
    for command in READING:
        assert cli(command, path).code == 0
    assert (cli("inspect", path, "--json").json["created"] or "") == created
    assert [(row["created"] or "") for row in cli("history", path, "--json").json] == [created] * 2


@pytest.mark.parametrize(
    "command", ["x" * 1_000_000, "a\nb\rc", HOSTILE, "|1 A=secret /bin/sh -c $(touch x)", "RUN `touch x` # buildkit"]
)
def test_an_instruction_is_shown_as_text_only(cli, layout, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    path = layout(app=build_image([[("a", b"1")]], history=[{"created_by": command}]))
    for reading in READING:
        outcome = cli(reading, path)
        assert outcome.code == 0
        assert "\x1b" not in outcome.out
        assert "\u202e" not in outcome.out
    assert cli("history", path, "--json").json[0]["command"] == command
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("count", [0, 1, 127, 500])
def test_an_image_of_any_number_of_layers_is_shown(cli, layout, count):
    path = layout(app=build_image([[(f"f{number}", b"1")] for number in range(count)]))
    rows = cli("layers", path, "--json").json
    assert [row["index"] for row in rows] == list(range(count))
    assert {row["status"] for row in rows} <= {"verified"}
    assert len(cli("ls", path).lines) == count


def test_the_same_layer_twice_is_fetched_once_and_counted_twice(cli, fake_registry):
    image = build_image([[("a", b"1")]] * 2)
    fake_registry.serve(image)
    rows = cli("layers", fake_registry.reference(), "--json").json
    assert [(row["index"], row["compressedSize"]) for row in rows] == [
        (number, len(image.layers[0])) for number in (0, 1)
    ]
    layer = image.manifest["layers"][0]["digest"]
    assert len([path for path in fake_registry.paths() if path.endswith(layer)]) == 1


def test_a_squashed_image_has_one_layer_and_its_whole_history(cli, layout):
    steps = [{"created_by": f"RUN {number}", "empty_layer": True} for number in range(30)]
    path = layout(app=build_image([[("a", b"1")]], history=[*steps, {"comment": "merge"}]))
    assert [row["index"] for row in cli("layers", path, "--json").json] == [0]
    rows = cli("history", path, "--json").json
    assert [row["layer"] for row in rows] == [0] + [None] * 30


def test_an_index_with_entries_that_nobody_knows_opens_and_is_printed_with_them(cli, program, tmp_path):
    image = build_image()
    odd = descriptor(b"odd", "application/vnd.example+json", artifactType="application/spdx+json")
    index = build_index(odd, odd | {"mediaType": ""}, image.descriptor())
    files = layout_files([descriptor(index, media_types.OCI_INDEX)], image) | blob_files(index)
    path = write_directory(tmp_path / "index", files)
    assert cli("inspect", path, "--json").json["digest"] == image.digest
    assert len(json.loads(program("manifest", path, "--index").out)["manifests"]) == 3


@pytest.mark.parametrize("member", ["config", "layers"])
def test_a_digest_that_climbs_out_of_its_directory_is_never_asked_for(cli, fake_registry, member):
    image = build_image()
    wrong = image.manifest["config"] | {"digest": "sha256:../../../../etc/passwd"}
    manifest = json_bytes(image.manifest | {member: wrong if member == "config" else [wrong]})
    fake_registry.serve_manifest(manifest, image.media_type)
    outcome = cli("layers", fake_registry.reference())
    assert (outcome.code, outcome.out) == (2, "")
    assert "has no valid `digest`" in outcome.err
    assert fake_registry.paths() == ["/v2/app/manifests/latest"]


def test_nothing_is_set_aside_for_a_size_that_is_only_promised(cli, described):
    image = build_image(LAYERS)
    promised = [layer | {"size": 2**62} for layer in image.manifest["layers"]]
    outcome = cli("layers", described(image, layers=promised), "--json")
    assert (outcome.code, [row["status"] for row in outcome.json]) == (2, ["truncated"] * 2)


@pytest.mark.parametrize("size", [1e3, "12", -1, 2**63, True])
def test_a_size_that_is_none_is_refused(cli, described, size):
    image = build_image(LAYERS)
    outcome = cli("layers", described(image, layers=[image.manifest["layers"][0] | {"size": size}]))
    assert (outcome.code, outcome.out) == (2, "")
    assert "has no valid `size`" in outcome.err


@pytest.mark.parametrize(
    ("media_type", "warned"),
    [
        (media_types.OCI_LAYER_GZIP, ""),
        (media_types.DOCKER_LAYER_GZIP, ""),
        (media_types.DOCKER_FOREIGN_LAYER_GZIP, ""),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", ""),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar", "says uncompressed, but the content is gzip"),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", "says zstd, but the content is gzip"),
        (media_types.OCI_LAYER, "says uncompressed, but the content is gzip"),
        (media_types.OCI_LAYER_ZSTD, "says zstd, but the content is gzip"),
        (media_types.DOCKER_LAYER, "says uncompressed, but the content is gzip"),
        ("application/vnd.example.layer", "is not the media type of a layer"),
    ],
)
def test_layers_are_decoded_by_their_bytes_and_another_media_type_is_a_warning(cli, layout, media_type, warned):
    (row,) = cli("layers", layout(app=build_image(layer_media_type=media_type)), "--json").json
    assert (row["status"], row["entryCount"]) == ("verified", 1)
    assert [warned in warning for warning in row["warnings"]] == ([True] if warned else [])


@pytest.mark.parametrize("media_type", [ENCRYPTED, "application/vnd.example.config"])
def test_what_is_encrypted_or_no_layer_is_shown_undecoded(cli, layout, media_type):
    image = build_image([b"\x80secret"], compress=bytes, layer_media_type=media_type)
    (row,) = cli("layers", layout(app=image), "--json").json
    assert (row["status"], row["mediaType"], row["entryCount"]) == ("unsupported", media_type, 0)


def test_a_password_in_a_reference_is_never_repeated(cli):
    for arguments in (["inspect"], ["tags"], ["explore"], ["tag", "localhost:1/app"]):
        outcome = cli(*arguments, "bob:hunter2-canary@registry.example/app")
        assert (outcome.code, outcome.out) == (2, "")
        assert "hunter2" not in outcome.err


@pytest.mark.parametrize(
    "text", ["--foo", "", "a" * 1_000_000, "sha256:" + "a" * 64, "file"], ids=lambda text: text[:9]
)
def test_any_wrong_image_is_answered_in_two_lines(cli, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(b"text")
    outcome = cli("inspect", text)
    error, *hints = outcome.err.splitlines()
    assert (outcome.code, outcome.out) == (2, "")
    assert error.startswith("error: ")
    assert len(error) < 400
    assert [hint[:6] for hint in hints] == ["hint: "] * len(hints)
    assert len(hints) <= 1
