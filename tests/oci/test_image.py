"""Images: every layer of the manifest, with its diff_id and history entry if there are any."""

import json

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import InvalidDocument, NoMatchingPlatform
from layerscope.oci import Descriptor, Digest, Image, Index, Layer, Manifest, Platform, media_types


def descriptor(name, media_type=media_types.OCI_LAYER_GZIP, size=100):
    return Descriptor(media_type, Digest.of(name.encode()), size)


def assembled(layer_count, *, config=None, config_type=media_types.OCI_CONFIG, layers=None, **more):
    layers = layers or tuple(descriptor(f"layer {number}") for number in range(layer_count))
    manifest = Manifest(media_types.OCI_MANIFEST, descriptor("config", config_type), layers)
    config_bytes = config if isinstance(config, bytes) else json.dumps(config or {}).encode()
    return Image.assemble("x:latest", None, manifest, b"{}", config_bytes, **more)


def steps(text):
    """A history with a layer for each capital letter, and an empty layer for each small letter."""
    return [{"created_by": char, "empty_layer": char.islower()} for char in text]


def config_of(history, diff_id_count):
    ids = [str(Digest.of(f"diff {number}".encode())) for number in range(diff_id_count)]
    return {"history": steps(history), "rootfs": {"type": "layers", "diff_ids": ids}}


def test_layers_and_steps_point_at_each_other():
    image = assembled(2, config=config_of("AbCd", 2))
    assert [layer.command for layer in image.layers] == ["A", "C"]
    assert [layer.diff_id for layer in image.layers] == [Digest.of(b"diff 0"), Digest.of(b"diff 1")]
    assert [(step.entry.created_by, step.layer) for step in image.history] == [
        ("A", 0),
        ("b", None),
        ("C", 1),
        ("d", None),
    ]
    assert (image.warnings, image.compressed_size) == ((), 200)


@given(st.integers(0, 12), st.text("Aa", max_size=12), st.integers(0, 12))
def test_every_layer_is_shown_whatever_the_history_is(layer_count, history, diff_id_count):
    image = assembled(layer_count, config=config_of(history, diff_id_count))
    assert [layer.number for layer in image.layers] == list(range(layer_count))
    assert len(image.history) == len(history)
    assert [step.layer for step in image.history if step.layer is not None] == list(
        range(min(layer_count, history.count("A")))
    )
    assert all(image.history[i].layer is None for i, char in enumerate(history) if char == "a")
    assert image.steps[: len(history)] == image.history
    assert [step.layer for step in image.steps if step.layer is not None] == list(range(layer_count))


@pytest.mark.parametrize("history", ["A", "ABC", "aab", "AAAa"])
def test_a_history_of_another_number_of_layers_is_noticed(history):
    assert any("the history has" in warning for warning in assembled(2, config=config_of(history, 2)).warnings)


def test_layers_without_a_history_have_no_command():
    image = assembled(3, config=config_of("", 3))
    assert [layer.command for layer in image.layers] == ["", "", ""]
    assert (image.history, image.warnings) == ((), ())


@pytest.mark.parametrize("count", [0, 1, 3])
def test_diff_ids_of_another_number_are_not_used_and_noticed(count):
    image = assembled(2, config=config_of("AB", count))
    assert [layer.diff_id for layer in image.layers] == [None, None]
    assert image.warnings == (f"the config has {count} diff_ids for 2 layers: no diff_id can be checked",)


def test_a_diff_id_that_is_no_digest_is_noticed():
    config = config_of("AB", 2)
    config["rootfs"]["diff_ids"][1] = "nonsense"
    image = assembled(2, config=config)
    assert [layer.diff_id for layer in image.layers] == [Digest.of(b"diff 0"), None]
    assert image.warnings == ("the diff_id of layer 1 is not a digest: it cannot be checked",)


def test_the_same_layer_twice_is_two_layers_and_counts_twice():
    image = assembled(2, layers=(descriptor("same"), descriptor("same")), config=config_of("AB", 2))
    assert [(layer.number, layer.command) for layer in image.layers] == [(0, "A"), (1, "B")]
    assert image.compressed_size == 200


@pytest.mark.parametrize("count", [0, 1, 127, 500])
def test_an_image_has_as_many_layers_as_its_manifest(count):
    assert len(assembled(count, config=config_of("A" * count, count)).layers) == count


def test_the_config_of_an_artifact_is_not_parsed():
    image = assembled(1, config=b"\x00not json", config_type="application/vnd.example.chart.config")
    assert (image.config_bytes, image.history, image.warnings) == (b"\x00not json", (), ())
    with pytest.raises(InvalidDocument):
        assembled(1, config=b"\x00not json")


def test_warnings_of_the_source_come_first():
    image = assembled(1, config=config_of("A", 0), warnings=("the digest differs",))
    assert image.warnings[0] == "the digest differs"
    assert len(image.warnings) == 2


def test_the_platform_is_that_of_the_config():
    assert str(assembled(0, config={"os": "linux", "architecture": "arm64"}).platform) == "linux/arm64"


def test_a_layer_alone_has_no_command():
    assert Layer(0, descriptor("x")).command == ""


def test_the_only_image_is_refused_if_another_platform_is_wanted():
    image = assembled(0, config={"os": "linux", "architecture": "amd64"})
    with pytest.raises(NoMatchingPlatform, match="the image is for linux/amd64, not for linux/s390x"):
        image.check_platform(Platform("linux", "s390x"))


def test_an_image_that_was_chosen_by_platform_or_names_none_is_taken():
    wanted = Platform("linux", "s390x")
    chosen = assembled(0, config={"os": "linux", "architecture": "amd64"}, index=Index(media_types.OCI_INDEX, ()))
    assert [image.check_platform(wanted) for image in (chosen, assembled(0))] == [None, None]


def test_more_layers_than_anything_real_are_refused():
    with pytest.raises(InvalidDocument, match="the manifest has 5000 layers, more than 4096"):
        assembled(0, layers=(descriptor("layer"),) * 5000)


@pytest.mark.parametrize(
    ("config", "config_type"),
    [
        ({}, "application/vnd.cncf.helm.config.v1+json"),
        ({}, media_types.OCI_EMPTY),
        ({"os": "unknown", "architecture": "unknown"}, media_types.OCI_CONFIG),
    ],
)
def test_the_layers_of_an_artifact_or_an_attestation_are_no_changesets(config, config_type):
    image = assembled(1, config={**config_of("A", 1), **config}, config_type=config_type)
    assert [(layer.is_changeset, layer.diff_id) for layer in image.layers] == [(False, None)]
    assert all(layer.is_changeset for layer in assembled(2, config=config_of("AA", 2)).layers)
