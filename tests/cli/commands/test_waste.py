import re

import pytest

from support.images import build_image
from support.tars import directory, file

LAYERS = (
    [("keep", b"k" * 100), ("log", b"1" * 10)],
    [directory("lists/"), ("lists/a", b"a" * 700), ("lists/b", b"b" * 300), ("tmp.bin", b"t" * 50)],
    [file(".wh.lists"), file(".wh.tmp.bin"), ("log", b"2" * 20), file("keep", b"k" * 100, mode=0o600)],
)
HISTORY = [{"created_by": f"/bin/sh -c step {number}"} for number in range(3)]


@pytest.fixture
def wasteful(layout):
    return layout(app=build_image(LAYERS, HISTORY))


def test_waste_lists_what_died_biggest_first_with_the_layer_and_the_instruction_that_ended_it(cli, wasteful):
    outcome = cli("waste", wasteful)
    assert outcome.code == 0
    assert outcome.lines[0].split()[:7] == ["size", "pull", "fate", "layer", "ended", "by", "path"]
    assert [line.split()[:2] for line in outcome.lines[1:5]] == [["1.00", "kB"], ["100", "B"], ["50", "B"], ["10", "B"]]
    assert ["/lists (2 files)" in outcome.lines[1], "RUN step 2" in outcome.lines[1]] == [True, True]
    assert "overwritten (metadata only)" in outcome.lines[2]
    assert outcome.lines[5].startswith("total 1.16 kB (250 B of the pull): ")
    assert outcome.lines[5].endswith(": 1.05 kB deleted, 110 B overwritten")


def test_waste_unfolds_directories_on_demand(cli, wasteful):
    outcome = cli("waste", wasteful, "--files")
    assert [line for line in outcome.lines if "/lists/a" in line]
    assert len(outcome.lines) == 7


def test_waste_as_json_has_a_row_for_each_dead_file_of_the_report(cli, wasteful):
    rows = cli("waste", wasteful, "--json").json
    assert rows == cli("export", wasteful).json["waste"]
    assert [(row["path"], row["size"], row["fate"], row["layer"], row["killedBy"]) for row in rows] == [
        ("/lists/a", 700, "deleted", 1, 2),
        ("/lists/b", 300, "deleted", 1, 2),
        ("/keep", 100, "overwritten", 0, 2),
        ("/tmp.bin", 50, "deleted", 1, 2),
        ("/log", 10, "overwritten", 0, 2),
    ]


def test_waste_of_one_layer_or_from_a_size_on_leaves_the_rest_out(cli, wasteful):
    assert [row["path"] for row in cli("waste", wasteful, "--layer", 0, "--json").json] == ["/keep", "/log"]
    assert [row["path"] for row in cli("waste", wasteful, "--min-size", "0.1kB", "--json").json] == [
        "/lists/a",
        "/lists/b",
        "/keep",
    ]


def test_savings_say_what_to_change_and_what_it_saves(cli, wasteful):
    outcome = cli("waste", wasteful, "--savings")
    rows = cli("waste", wasteful, "--savings", "--json").json
    assert [(row["cause"], row["size"], row["layer"], row["killedBy"]) for row in rows] == [
        ("deleted", 1050, 1, 2),
        ("metadata", 100, 0, 2),
        ("overwritten", 10, 0, 2),
    ]
    assert rows[0]["paths"] == ["/lists/a", "/lists/b", "/tmp.bin"]
    assert outcome.lines[0].endswith(": files created in one layer and deleted in a later one")
    assert outcome.lines[3] == "  /lists/a and 2 more files"
    assert re.fullmatch(r"total 1\.16 kB \(\d+ B of the pull\)", outcome.lines[-1])


def test_an_image_without_waste_says_so(cli, layout):
    path = layout(app=build_image())
    assert cli("waste", path).lines == ["nothing is wasted"]
    assert cli("waste", path, "--savings").lines == ["no savings were found"]
    assert cli("waste", path, "--json").json == []


def test_an_option_that_hides_all_waste_is_named(cli, wasteful):
    assert cli("waste", wasteful, "--min-size", "1GB").lines == ["no waste matches `--min-size`"]
    assert cli("waste", wasteful, "--savings", "--min-size", "1GB").lines == ["no saving matches `--min-size`"]


@pytest.mark.parametrize("arguments", [["--layer", "7"], ["--min-size", "lots"]])
def test_a_layer_or_size_that_cannot_be_is_refused(cli, wasteful, arguments):
    outcome = cli("waste", wasteful, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert arguments[1] in outcome.err.splitlines()[0]
