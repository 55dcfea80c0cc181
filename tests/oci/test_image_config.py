"""Image configs: missing or wrong members are empty, never a failure, and text is kept unchanged."""

import json

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import InvalidDocument
from layerscope.oci import Digest, HistoryEntry, ImageConfig, Platform

DIFF_ID = Digest.of(b"layer")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)
MEMBERS = ["created", "author", "os", "architecture", "variant", "history", "rootfs", "config"]


def parsed(**members):
    return ImageConfig.parse(json.dumps(members).encode())


def test_a_config_says_what_it_says():
    config = parsed(
        created="2023-11-14T22:13:20.123456789+01:00",
        author="me",
        os="linux",
        architecture="arm",
        variant="v7",
        history=[
            {"created": "2020", "created_by": "RUN x", "author": "a", "comment": "c"},
            {"created_by": "ENV A=b", "empty_layer": True},
        ],
        rootfs={"type": "layers", "diff_ids": [str(DIFF_ID)]},
        config={
            "Env": ["A=b"],
            "Entrypoint": ["/x"],
            "Cmd": ["y"],
            "User": "0:0",
            "WorkingDir": "/w",
            "ExposedPorts": {"80/tcp": {}},
            "Volumes": {"/v": {}},
            "Labels": {"l": "1"},
        },
    )
    assert config == ImageConfig(
        created="2023-11-14T22:13:20.123456789+01:00",
        author="me",
        platform=Platform("linux", "arm", "v7"),
        history=(HistoryEntry("2020", "RUN x", "a", "c"), HistoryEntry(created_by="ENV A=b", empty_layer=True)),
        diff_ids=(DIFF_ID,),
        environment=("A=b",),
        entrypoint=("/x",),
        command=("y",),
        user="0:0",
        working_directory="/w",
        exposed_ports=("80/tcp",),
        volumes=("/v",),
        labels={"l": "1"},
    )


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_members_of_any_type_are_read_without_failure(members):
    config = parsed(**members)
    assert all(isinstance(entry, HistoryEntry) for entry in config.history)


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"<html>", b'{"os": "a", "os": "b"}'])
def test_only_a_config_that_is_not_a_json_object_is_refused(data):
    with pytest.raises(InvalidDocument, match="the image config"):
        ImageConfig.parse(data)


@pytest.mark.parametrize(
    "created", ["0001-01-01T00:00:00Z", "1970", "9999-12-31T23:59:59Z", "", "garbage", "2020-01-01T00:00:00+25:00"]
)
def test_a_time_is_kept_as_its_text_whatever_it_is(created):
    config = parsed(created=created, history=[{"created": created}])
    assert (config.created, config.history[0].created) == (created, created)


@pytest.mark.parametrize("command", ["x" * 10**6, "a\nb", "\x1b[2J", "|1 ARG=secret /bin/sh -c x", "\ud800"])
def test_a_command_is_kept_raw(command):
    assert parsed(history=[{"created_by": command}]).history[0].created_by == command


@pytest.mark.parametrize("empty", [1, "true", None, [True]])
def test_only_true_makes_an_empty_layer(empty):
    assert not parsed(history=[{"empty_layer": empty}]).history[0].empty_layer


def test_an_invalid_history_entry_still_counts():
    assert parsed(history=[None, {"created_by": "b"}]).history == (HistoryEntry(), HistoryEntry(created_by="b"))


def test_an_invalid_diff_id_still_counts():
    rootfs = {"type": "layers", "diff_ids": ["nonsense", str(DIFF_ID), 5]}
    assert parsed(rootfs=rootfs).diff_ids == (None, DIFF_ID, None)


def test_a_root_file_system_that_is_not_made_of_layers_has_no_diff_ids():
    assert parsed(rootfs={"type": "blob", "diff_ids": [str(DIFF_ID)]}).diff_ids == ()
    assert parsed(rootfs={"diff_ids": [str(DIFF_ID)]}).diff_ids == (DIFF_ID,)
