import json

import jsonschema
from hypothesis import given, settings

from layerscope.report.formats import report, schema, to_json
from layerscope.report.rows import history_rows, path_fields
from support.analysis import facts_of
from support.layer_indexes import file, whiteout
from support.random_layers import images


@given(images)
@settings(max_examples=50, deadline=None)
def test_every_report_follows_the_schema_that_is_shipped(layers):
    jsonschema.validate(json.loads(to_json(report(facts_of(*layers)))), schema())


def test_the_sizes_of_the_layers_add_up_to_those_of_the_image():
    document = report(facts_of([file("a", b"123"), file("d/b", b"4567")], [whiteout("d")], [file("a", b"1")]))
    for name in ("size", "liveSize", "overwrittenSize", "deletedSize", "shadowedSize", "compressedSize"):
        assert document["image"][name] == sum(layer[name] for layer in document["layers"])
    assert document["image"]["wastedSize"] == sum(row["size"] for row in document["waste"]) == 7


def test_each_wasted_version_names_its_layer_its_killer_and_both_commands():
    document = report(facts_of([file("d/b", b"4567")], [whiteout("d")], commands=["RUN make", "RUN rm -rf /d"]))
    (row,) = document["waste"]
    assert {name: row[name] for name in ("path", "size", "fate", "layer", "killedBy", "command", "layerCommand")} == {
        "path": "/d/b",
        "size": 4,
        "fate": "deleted",
        "layer": 0,
        "killedBy": 1,
        "command": "RUN rm -rf /d",
        "layerCommand": "RUN make",
    }


def test_a_name_that_is_not_utf8_is_escaped_and_whole_in_base64():
    assert path_fields(b"caf\xe9") == {"path": "/caf\\xe9", "pathBytes": "L2NhZuk="}


def test_no_text_of_the_report_can_steer_a_terminal():
    text = to_json({"name": "\x1b]0;x\x07\u202e\x7f\udc80 \u00e9"})
    assert all(char.isprintable() or char == "\n" for char in text)
    assert json.loads(text)["name"] == "\x1b]0;x\x07\u202e\x7f\udc80 \u00e9"


def test_a_layer_missing_in_the_history_follows_without_a_command():
    analysis = facts_of([file("a", b"1")], [file("b", b"22")], commands=["RUN make"])
    steps = [(row["layer"], row["command"], row["size"]) for row in history_rows(analysis)]
    assert steps == [(0, "RUN make", 1), (1, "", 2)]
