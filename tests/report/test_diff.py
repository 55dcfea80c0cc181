"""Promises of the difference of two images as JSON, text and Markdown."""

import json

import jsonschema
import pytest
from hypothesis import given, settings

from layerscope.insight.image_diff import ImageDiff
from layerscope.report.changed_paths import FileList
from layerscope.report.diff import diff_row, same_image_row
from layerscope.report.diff_markdown import diff_markdown
from layerscope.report.diff_text import diff_lines
from layerscope.report.formats import schema, to_json
from support.analysis import facts_of
from support.image_pairs import analysis_of, diff_of
from support.random_layers import image_pairs
from support.tars import directory, file

BASE = [("base", b"1" * 100)]
SAME = "is the first layer that differs, but its instruction `COPY . /app` is the same"
HOSTILE = "a\x1b[31m\n\u202eb"


def parsed(row):
    return json.loads(to_json(row))


@given(image_pairs())
@settings(max_examples=50, deadline=None)
def test_every_difference_follows_the_schema_and_its_sizes_add_up(pair):
    pool, *chosen = pair
    one, other = (facts_of(*(pool[number] for number in numbers)) for numbers in chosen)
    row = parsed(diff_row(ImageDiff.of(one, other)))
    jsonschema.validate(row, schema("diff"))
    assert sum((file["sizeB"] or 0) - (file["sizeA"] or 0) for file in row["files"]) == row["sizeDelta"]
    assert row["sizeDelta"] == row["b"]["liveSize"] - row["a"]["liveSize"]
    assert row["wastedDelta"] == row["b"]["wastedSize"] - row["a"]["wastedSize"]
    assert row["compressedSizeDelta"] == row["b"]["compressedSize"] - row["a"]["compressedSize"]
    assert (not any((row["config"], *row["files"]))) <= (row["equality"] == "equal")


def test_the_answer_for_one_image_under_two_names_follows_the_schema():
    image = analysis_of([BASE]).image
    row = parsed(same_image_row(image, image))
    jsonschema.validate(row, schema("diff"))
    assert (row["equality"], len(row["layers"]["shared"]), row["layers"]["pullSize"]) == ("equal", 1, 0)


def test_a_moved_file_is_in_the_json_at_both_paths():
    rows = diff_row(diff_of([[file("a", b"123")]], [[file("b", b"123")]]))["files"]
    assert [(row["path"], row["change"], row.get("movedFrom"), row.get("movedTo")) for row in rows] == [
        ("/a", "removed", None, "/b"),
        ("/b", "added", "/a", None),
    ]


def test_a_size_is_null_in_the_image_that_lacks_the_path():
    rows = diff_row(diff_of([[file("a", b"123")]], [[file("b", b"")]]))["files"]
    assert [(row["sizeA"], row["sizeB"]) for row in rows] == [(3, None), (None, 0)]


def test_the_text_of_a_difference():
    app = [directory("app", mtime=1), file("app/a", b"a", mtime=1), file("app/build", b"1", mtime=1)]
    again = [directory("app", mtime=2), file("app/a", b"a", mtime=2), file("app/build", b"2", mtime=2)]
    history = [{"created_by": "FROM base"}, {"created_by": "COPY . /app"}]
    lines = diff_lines(diff_of([BASE, app], [BASE, again], history=history), FileList())
    assert "result: different" in lines
    assert lines[lines.index("Layers") + 1 :] == [
        "   #   pull  size  instruction",
        *(line for line in lines if "COPY . /app" in line and line[0] in "+-"),
        f"layer 1 {SAME}: 2 paths differ only in time, 1 path differs in content: /app/build",
        "",
        "Files",
        "   growth  why            path",
        "~     0 B  content, time  /app/build",
        "2 paths differ only in time; `--files` lists each path",
    ]


@pytest.mark.parametrize("show", [lambda diff, files: "\n".join(diff_lines(diff, files, 60)), diff_markdown])
def test_no_name_and_no_value_of_an_image_can_steer_the_terminal(show):
    config = {"Env": [f"{HOSTILE}={HOSTILE}"], "Labels": {HOSTILE: HOSTILE}}
    one = analysis_of([BASE, [(HOSTILE, b"1")]], history=[{"created_by": "same"}, {"created_by": HOSTILE}])
    other = analysis_of([BASE, [(f"{HOSTILE}2", b"1")]], history=[{"created_by": HOSTILE}] * 2, config=config)
    text = show(ImageDiff.of(one, other), FileList())
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "a\\x1b[31m" in text.replace("\\\\", "\\")


def test_a_list_is_cut_at_its_limit_and_says_so():
    lines = diff_lines(diff_of([[]], [[(f"f{number}", b"") for number in range(9)]]), FileList(limit=2))
    assert lines[-2:] == ["+     0 B  added  /f1", "and 7 more; `--all` lists them"]


def test_what_was_not_read_is_said_in_every_format():
    whole = analysis_of([BASE])
    found = ImageDiff.of(type(whole).of(whole.image, [None]), whole)
    assert diff_row(found)["incomplete"] is None
    missing = type(whole).of(whole.image, [broken(whole.contents[0])])
    found = ImageDiff.of(missing, whole)
    assert diff_row(found)["incomplete"] == "A: layer 0 is missing"
    assert "A: layer 0 is missing" in "\n".join(diff_lines(found, FileList()))
    assert "A: layer 0 is missing" in diff_markdown(found, FileList())


def broken(content):
    from dataclasses import replace

    from layerscope.blobs.status import BlobStatus
    from layerscope.layers.layer_index import LayerIndex

    return replace(content, status=BlobStatus.MISSING, index=LayerIndex(), problem="gone")
