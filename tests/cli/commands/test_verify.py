import json
from types import SimpleNamespace

import pytest

from layerscope.oci import media_types
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of, json_bytes
from support.local_images import blob_files, layout_files, write_directory

LAYERS = ([("a", b"1" * 3000)], [("b", b"2")], [("c", b"3")])


@pytest.fixture
def image():
    return build_image(LAYERS)


def verdicts(outcome):
    return {(row["kind"], row["index"]): row["status"] for row in outcome.json}


def test_every_part_of_a_sound_image_is_verified(cli, layout, image):
    outcome = cli("verify", layout(app=image), "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert verdicts(outcome) == dict.fromkeys(
        [("manifest", None), ("config", None), ("layer", 0), ("layer", 1), ("layer", 2)], "verified"
    )
    assert [row["digest"] for row in outcome.json] == [image.digest, *image.blobs]
    assert [row["size"] for row in outcome.json] == [len(image.manifest_bytes), *map(len, image.blobs.values())]


def test_verify_as_text_has_a_line_for_each_part(cli, layout, image):
    lines = cli("verify", layout(app=image)).lines
    assert [line.split("  ")[0].strip() for line in lines] == [
        "part",
        "manifest",
        "config",
        "layer 0",
        "layer 1",
        "layer 2",
    ]


def parts_of(image):
    return [image.digest, *image.blobs]


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_one_flipped_bit_in_any_part_is_found(cli, layout, image, number, where):
    digest = parts_of(image)[number]
    path = layout(app=image) / "blobs" / digest.replace(":", "/")
    data = bytearray(path.read_bytes())
    data[{"start": 0, "middle": len(data) // 2, "end": -1}[where]] ^= 1
    path.write_bytes(data)
    outcome = cli("verify", path.parents[2], "--json")
    assert outcome.code == 1
    assert set(verdicts(outcome).values()) != {"verified"}


def test_a_registry_that_serves_another_manifest_than_it_says_is_found(cli, fake_registry, image):
    other = build_image()
    headers = {"Content-Type": image.media_type, "Docker-Content-Digest": other.digest}
    fake_registry.on("GET", "/v2/app/manifests/latest", Reply(body=image.manifest_bytes, headers=headers))
    outcome = cli("verify", fake_registry.reference(), "--json")
    assert (outcome.code, [row["status"] for row in outcome.json]) == (1, ["mismatch"])
    assert outcome.json[0]["digest"] == other.digest
    assert f"has the digest {image.digest}, not {other.digest}" in outcome.json[0]["problem"]


def test_a_diff_id_that_does_not_fit_its_layer_is_found(cli, layout):
    image = build_image(LAYERS, rootfs={"type": "layers", "diff_ids": [digest_of(b"no")] * 3})
    outcome = cli("verify", layout(app=image), "--json")
    assert (outcome.code, set(list(verdicts(outcome).values())[2:])) == (1, {"mismatch"})


@pytest.mark.parametrize("diff_ids", [["no digest"] * 3, ["md5:00"] * 3, []])
def test_a_layer_without_a_diff_id_to_check_is_not_verified(cli, layout, diff_ids):
    image = build_image(LAYERS, rootfs={"type": "layers", "diff_ids": diff_ids})
    outcome = cli("verify", layout(app=image), "--json")
    assert (outcome.code, set(list(verdicts(outcome).values())[2:])) == (1, {"unverified"})


def test_a_layer_that_is_missing_fails_the_check(cli, layout, image):
    path = layout(app=image)
    (path / "blobs" / image.manifest["layers"][1]["digest"].replace(":", "/")).unlink()
    outcome = cli("verify", path, "--json")
    assert (outcome.code, verdicts(outcome)[("layer", 1)]) == (1, "missing")


def test_a_layer_of_a_digest_that_cannot_be_checked_is_not_verified(cli, layout):
    image = build_image([[("a", b"")]])
    layers = [{**image.manifest["layers"][0], "digest": "blake3:" + "a" * 64}]
    image = build_image([[("a", b"")]], manifest={"layers": layers})
    path = layout(app=image)
    (path / "blobs" / "blake3").mkdir()
    (path / "blobs" / "blake3" / ("a" * 64)).write_bytes(image.layers[0])
    outcome = cli("verify", path, "--json")
    assert (outcome.code, verdicts(outcome)[("layer", 0)]) == (1, "unverified")


def test_a_missing_image_is_trouble_and_no_failed_check(cli, fake_registry):
    assert cli("verify", fake_registry.reference()).code == 2


def test_beside_a_damaged_config_the_manifest_and_the_layers_have_their_own_verdicts(cli, layout, image):
    path = layout(app=image) / "blobs" / digest_of(image.config_bytes).replace(":", "/")
    path.write_bytes(image.config_bytes.replace(b"step", b"stop"))
    outcome = cli("verify", path.parents[2], "--json")
    assert outcome.code == 1
    assert verdicts(outcome) == {
        ("manifest", None): "verified",
        ("config", None): "mismatch",
        **{("layer", number): "verified" for number in range(3)},
    }


@pytest.mark.parametrize("kind", ["config", "layer"])
def test_a_part_that_a_registry_does_not_have_is_a_row_beside_the_others(cli, fake_registry, image, kind):
    fake_registry.serve(image)
    part = image.manifest["config"] if kind == "config" else image.manifest["layers"][1]
    fake_registry.on("GET", f"/v2/app/blobs/{part['digest']}", Reply(404))
    outcome = cli("verify", fake_registry.reference(), "--json")
    statuses = {row["digest"]: row["status"] for row in outcome.json}
    assert (outcome.code, outcome.err) == (1, "")
    assert statuses == dict.fromkeys(parts_of(image), "verified") | {part["digest"]: "missing"}


def test_a_layer_whose_connection_always_breaks_is_truncated_and_not_missing(program, fake_registry):
    image = build_image([[("a", b"1")]], compress=bytes)
    fake_registry.serve(image)
    digest = image.manifest["layers"][0]["digest"]

    def cut(request):
        start = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if start:
            return Reply(206, b"", {"Content-Range": f"bytes {start}-9999/10240"}, length=9, cut=0)
        return Reply(body=image.layers[0], cut=100)

    fake_registry.on("GET", f"/v2/app/blobs/{digest}", cut)
    outcome = program("verify", fake_registry.reference(), "--json")
    (row,) = (row for row in outcome.json if row["kind"] == "layer")
    assert (outcome.code, row["status"]) == (1, "truncated")
    assert "broke off" in row["problem"]


def test_a_config_that_is_not_json_is_corrupt_and_the_layers_are_verified(cli, layout):
    image = build_image(LAYERS)
    config = descriptor(b"nonsense", media_types.OCI_CONFIG)
    image = build_image(LAYERS, manifest={"config": config})
    image.blobs[digest_of(b"nonsense")] = b"nonsense"
    outcome = cli("verify", layout(app=image), "--json")
    assert (outcome.code, list(verdicts(outcome).values())) == (1, ["verified", "corrupt", *["verified"] * 3])


@pytest.fixture
def multi(tmp_path):
    """A layout with an index of two platforms that share a layer, an attestation for the second, and a chart."""
    amd64, arm64 = (
        build_image([[("shared", b"s")], [("own", name.encode())]], platform=f"linux/{name}")
        for name in ("amd64", "arm64")
    )
    attestation = build_image(
        [json_bytes({"_type": "statement"})],
        compress=bytes,
        layer_media_type="application/vnd.in-toto+json",
        platform="unknown/unknown",
    )
    chart = build_image(
        [[("Chart.yaml", b"")]], manifest={"config": descriptor(b"{}", "application/vnd.cncf.helm.config.v1+json")}
    )
    chart.blobs[digest_of(b"{}")] = b"{}"
    about = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": arm64.digest}
    images = (amd64, arm64, attestation, chart)
    index = build_index(
        amd64.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        arm64.descriptor(platform={"os": "linux", "architecture": "arm64"}),
        attestation.descriptor(platform={"os": "unknown", "architecture": "unknown"}, annotations=about),
        chart.descriptor(),
    )
    files = layout_files([descriptor(index, media_types.OCI_INDEX)], *images) | blob_files(index)
    return SimpleNamespace(
        amd64=amd64, arm64=arm64, images=images, index=index, path=write_directory(tmp_path / "multi", files)
    )


def test_every_part_of_every_entry_of_an_index_is_verified_and_says_whose_it_is(cli, multi):
    outcome = cli("verify", multi.path, "--json")
    assert (outcome.code, outcome.err, {row["status"] for row in outcome.json}) == (0, "", {"verified"})
    assert [row["digest"] for row in outcome.json] == [
        digest_of(multi.index),
        *(
            digest
            for image in multi.images
            for digest in (
                image.digest,
                image.manifest["config"]["digest"],
                *(layer["digest"] for layer in image.manifest["layers"]),
            )
        ),
    ]
    whose = {(row["platform"], row["artifact"]) for row in outcome.json}
    assert whose == {
        (None, None),
        ("linux/amd64", None),
        ("linux/arm64", None),
        ("linux/arm64", "attestation"),
        (None, "application/vnd.cncf.helm.config.v1+json"),
    }


def test_of_an_index_the_table_names_the_platforms(cli, multi):
    lines = cli("verify", multi.path).lines
    assert lines[0].split()[:2] == ["platform", "part"]
    assert [line.split("  ")[0] for line in lines[1:4]] == ["-", "linux/amd64", "linux/amd64"]
    assert "linux/arm64 attestation" in "\n".join(lines)


def test_with_a_platform_only_its_image_is_verified(cli, multi):
    for image in multi.images[1:]:
        (multi.path / "blobs" / image.digest.replace(":", "/")).unlink()
    outcome = cli("verify", multi.path, "--platform", "linux/amd64", "--json")
    assert (outcome.code, len(outcome.json)) == (0, 5)
    assert {row["platform"] for row in outcome.json} == {None, "linux/amd64"}
    assert cli("verify", multi.path, "--platform", "linux/s390x").code == 2


@pytest.mark.parametrize("entry", range(4))
@pytest.mark.parametrize("damage", ["missing", "mismatch"])
def test_a_manifest_of_an_index_that_is_missing_or_changed_is_a_row_beside_the_others(cli, multi, entry, damage):
    digest = multi.images[entry].digest
    path = multi.path / "blobs" / digest.replace(":", "/")
    data = path.read_bytes()
    path.unlink()
    if damage == "mismatch":
        path.write_bytes(data.replace(b"\n ", b"\n\t", 1))
    outcome = cli("verify", multi.path, "--json")
    bad = [row for row in outcome.json if row["status"] != "verified"]
    assert (outcome.code, [(row["digest"], row["status"]) for row in bad]) == (1, [(digest, damage)])
    assert len({row["digest"] for row in outcome.json if row["kind"] == "manifest"}) == 4


def test_blobs_that_platforms_share_are_read_once_and_nothing_is_asked_for_twice(cli, fake_registry, multi):
    fake_registry.serve_manifest(multi.index, media_types.OCI_INDEX)
    for image in multi.images:
        fake_registry.serve(image, tag="other")
    assert cli("verify", fake_registry.reference(), "--json").code == 0
    assert {request.method for request in fake_registry.requests} == {"GET"}
    assert len(set(fake_registry.paths())) == len(fake_registry.paths())


def test_a_tag_that_moves_while_it_is_verified_is_not_a_mismatch(cli, fake_registry, image):
    other = build_image()
    fake_registry.serve(other)
    fake_registry.serve(image)
    replies = [
        Reply(body=kept.manifest_bytes, headers={"Docker-Content-Digest": kept.digest}) for kept in (image, other)
    ]
    fake_registry.on("GET", "/v2/app/manifests/latest", *replies)
    outcome = cli("verify", fake_registry.reference(), "--json")
    assert (outcome.code, outcome.json[0]["digest"]) == (0, image.digest)


def test_an_index_within_indexes_is_walked_to_a_limit_and_each_of_them_once(cli, tmp_path):
    image = build_image()
    documents = [build_index(image.descriptor(), image.descriptor())]
    for _ in range(9):
        inner = descriptor(documents[-1], media_types.OCI_INDEX)
        documents.append(build_index(inner, inner))
    for depth, (code, statuses) in {3: (0, {"verified"}), 9: (1, {"verified", "corrupt"})}.items():
        root = descriptor(documents[depth], media_types.OCI_INDEX)
        files = layout_files([root], image) | blob_files(*documents)
        outcome = cli("verify", write_directory(tmp_path / str(depth), files), "--json")
        assert (outcome.code, {row["status"] for row in outcome.json}) == (code, statuses)
        assert len(outcome.json) < 30


def test_a_blob_that_an_index_lists_is_verified_as_one(cli, fake_registry):
    index = build_index(descriptor(b"cached", "application/vnd.buildkit.cacheconfig.v0"))
    fake_registry.serve_manifest(index, media_types.OCI_INDEX)
    digest = digest_of(b"cached")
    for body, status in ((b"cached", "verified"), (b"cachet", "mismatch")):
        fake_registry.on("GET", f"/v2/app/blobs/{digest}", Reply(body=body))
        rows = cli("verify", fake_registry.reference(), "--json").json
        assert [(row["kind"], row["status"]) for row in rows] == [("index", "verified"), ("blob", status)]


@pytest.mark.parametrize("content", [b"\0asm\1\0\0\0", b'{"spdxVersion": "SPDX-2.3"}'])
def test_an_intact_artifact_is_verified_and_a_changed_one_is_not(cli, fake_registry, content):
    config = descriptor(b"{}", media_types.OCI_EMPTY)
    artifact = build_image(
        [content],
        compress=bytes,
        layer_media_type="application/wasm",
        manifest={"config": config, "artifactType": "application/vnd.example"},
    )
    artifact.blobs[config["digest"]] = b"{}"
    fake_registry.serve(artifact)
    outcome = cli("verify", fake_registry.reference(), "--json")
    assert (outcome.code, {row["status"] for row in outcome.json}) == (0, {"verified"})
    assert {(row["artifact"], row["diffId"]) for row in outcome.json} == {("application/vnd.example", None)}
    for digest, blob in artifact.blobs.items():
        changed = bytes([blob[0] ^ 1]) + blob[1:]
        fake_registry.on("GET", f"/v2/app/blobs/{digest}", Reply(body=changed))
    rows = cli("verify", fake_registry.reference(), "--json").json
    assert [row["status"] for row in rows] == ["verified", "mismatch", "mismatch"]


def test_a_mirrored_image_is_verified_though_its_registry_is_down(cli, fake_registry, image, tmp_path, monkeypatch):
    rule = f'[[registry]]\nlocation = "localhost:1"\n[[registry.mirror]]\nlocation = {json.dumps(fake_registry.host)}\n'
    (tmp_path / "registries.conf").write_text(rule)
    monkeypatch.setenv("CONTAINERS_REGISTRIES_CONF", str(tmp_path / "registries.conf"))
    fake_registry.serve(image)
    outcome = cli("verify", "localhost:1/app:latest", "--json")
    assert (outcome.code, {row["status"] for row in outcome.json}) == (0, {"verified"})


def test_a_docker_archive_that_lists_platforms_which_it_has_not_is_verified_as_what_it_is(cli, multi, tmp_path):
    from support.local_images import classic_files, tar_bytes

    files = layout_files([descriptor(multi.index, media_types.OCI_INDEX)], multi.amd64) | blob_files(multi.index)
    archive = tmp_path / "app.tar"
    archive.write_bytes(tar_bytes(classic_files(multi.amd64) | files))
    outcome = cli("verify", archive, "--json")
    assert (outcome.code, outcome.json[0]["digest"]) == (0, multi.amd64.digest)
    archive.write_bytes(tar_bytes(classic_files(multi.amd64)))
    outcome = cli("verify", archive, "--json")
    assert (outcome.code, [row["kind"] for row in outcome.json]) == (0, ["config", "layer", "layer"])


@pytest.mark.parametrize(("directory", "status"), [("", "verified"), ("blobs/sha256/", "mismatch")])
def test_the_name_of_a_config_in_a_docker_archive_is_a_promise_below_blobs_and_else_a_habit(
    cli, image, tmp_path, directory, status
):
    from support.local_images import tar_bytes

    config = directory + digest_of(image.config_bytes).removeprefix("sha256:")
    entry = {"Config": config, "RepoTags": None, "Layers": ["0.tar", "1.tar", "2.tar"]}
    files = {config: image.config_bytes + b" ", "manifest.json": json_bytes([entry])}
    files |= {f"{number}.tar": data for number, data in enumerate(image.tars)}
    (tmp_path / "app.tar").write_bytes(tar_bytes(files))
    outcome = cli("verify", tmp_path / "app.tar", "--json")
    assert [row["kind"] for row in outcome.json] == ["config", "layer", "layer", "layer"]
    assert [row["status"] for row in outcome.json] == [status, "verified", "verified", "verified"]
    assert (outcome.code, "changed after it was saved" in outcome.err) == ((0, True) if not directory else (1, False))
