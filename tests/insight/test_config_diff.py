"""Promises of the difference of two configs."""

import pytest

from layerscope.insight.config_diff import ConfigChange, config_changes, history_changes
from layerscope.oci import Image, parse_manifest
from support.images import build_image, descriptor


def image_of(layers=1, manifest=None, **config):
    built = build_image([[(f"f{number}", b"")] for number in range(layers)], manifest=manifest, **config)
    return Image.assemble("app", None, parse_manifest(built.manifest_bytes), built.manifest_bytes, built.config_bytes)


def changes(one, other):
    return config_changes(image_of(config=one), image_of(config=other))


@pytest.mark.parametrize(
    ("one", "other", "field", "values"),
    [
        ({"User": "app"}, {}, "config.User", ("app", None)),
        ({}, {"Cmd": ["sh"]}, "config.Cmd", (None, ["sh"])),
        ({"Env": ["A=1", "B=2"]}, {"Env": ["B=2", "A=3"]}, "config.Env.A", ("1", "3")),
        ({"Env": ["A="]}, {"Env": []}, "config.Env.A", ("", None)),
        ({"Labels": {"v": "1"}}, {"Labels": {"v": "2"}}, "config.Labels.v", ("1", "2")),
        ({"ExposedPorts": {"80/tcp": {}}}, {}, "config.ExposedPorts.80/tcp", ({}, None)),
        ({"Env": 7}, {"Env": [7]}, "config.Env", (7, [7])),
    ],
)
def test_a_field_that_differs_is_named_with_both_values(one, other, field, values):
    assert changes(one, other) == (ConfigChange(field, *values),)


def test_variables_that_cannot_be_told_apart_by_name_are_compared_together():
    found = {change.field for change in changes({"Env": ["A=1", "A=2"]}, {"Env": ["A=2"]})}
    assert found == {"config.Env", "config.Env.A"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Volumes": None, "Entrypoint": [], "User": ""}, {}),
        ({"Env": ["A=1", "B=2"]}, {"Env": ["B=2", "A=1"]}),
        ({"Image": "sha256:1", "Hostname": "a"}, {"Image": "sha256:2", "Hostname": "b"}),
    ],
)
def test_empty_fields_the_order_of_variables_and_traces_of_the_build_do_not_count(one, other):
    assert changes(one, other) == ()


def test_times_history_and_layers_are_no_fields():
    assert config_changes(image_of(1, created="2024"), image_of(2, created="2025", docker_version="9")) == ()


def test_another_platform_is_a_field():
    found = config_changes(image_of(platform="linux/amd64"), image_of(platform="linux/arm64/v8"))
    assert [change.field for change in found] == ["architecture", "variant"]


def history(*commands):
    return image_of(history=[{"created_by": command, "created": "2024"} for command in commands])


def test_the_steps_that_only_one_history_has_are_listed_in_order():
    found = history_changes(history("FROM", "RUN a", "CMD x"), history("FROM", "RUN a", "RUN b", "CMD y"))
    assert [(change.is_added, change.step.entry.created_by) for change in found] == [
        (False, "CMD x"),
        (True, "RUN b"),
        (True, "CMD y"),
    ]


def test_histories_without_end_are_not_aligned():
    found = history_changes(history(*["x"] * 20_000, "y"), history("z", *["x"] * 20_000))
    assert len(found) == 40_002


def test_the_config_of_an_artifact_is_compared_by_its_digest():
    def artifact(text):
        return image_of(manifest={"config": descriptor(text, "application/vnd.example.text")})

    one, other = artifact(b"a"), artifact(b"b")
    assert config_changes(one, one) == ()
    assert [change.field for change in config_changes(one, other)] == ["digest"]
