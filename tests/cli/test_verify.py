import pytest

from support.fake_registry import Reply
from support.images import build_image, digest_of

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
    for kept in (other, image):
        fake_registry.serve(kept)
    reply = Reply(headers={"Docker-Content-Digest": other.digest}, length=len(image.manifest_bytes))
    fake_registry.on("HEAD", "/v2/app/manifests/latest", reply)
    outcome = cli("verify", fake_registry.reference(), "--json")
    assert (outcome.code, outcome.json[0]["status"]) == (1, "mismatch")


def test_a_diff_id_that_does_not_fit_its_layer_is_found(cli, layout):
    image = build_image(LAYERS, rootfs={"type": "layers", "diff_ids": [digest_of(b"no")] * 3})
    outcome = cli("verify", layout(app=image), "--json")
    assert (outcome.code, set(list(verdicts(outcome).values())[2:])) == (1, {"mismatch"})


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


def test_an_image_that_is_not_there_is_trouble_and_no_failed_check(cli, fake_registry):
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
