import pytest

from layerscope.filesystem.ownership import Ownership
from support.images import build_image
from support.tars import Entry, file, hardlink, symlink

LAYERS = (
    [
        Entry("usr/bin/sudo", b"s" * 2000, mode=0o4755),
        hardlink("usr/bin/sudoedit", "usr/bin/sudo"),
        file("cache/list", b"c" * 9000),
        file("etc/conf", b"1"),
    ],
    [file("cache/.wh.list"), file("etc/conf", b"22"), symlink("etc/link", "conf")],
)
HISTORY = [{"created_by": "RUN install"}, {"created_by": "RUN clean"}]


@pytest.fixture
def image(layout):
    return layout(app=build_image(LAYERS, HISTORY))


def found(outcome):
    return [row["path"] for row in outcome.json]


def test_find_lists_the_files_that_match_biggest_first(cli, image):
    outcome = cli("find", image, ">1", "type:f")
    assert outcome.code == 0
    assert outcome.lines[0].split() == ["size", "pull", "layer", "fate", "path"]
    assert [line.split()[-1] for line in outcome.lines[1:4]] == ["/usr/bin/sudo", "/usr/bin/sudoedit", "/etc/conf"]


def test_the_sum_of_find_counts_the_content_of_hardlinks_once(cli, image):
    assert cli("find", image, "mode:suid").lines[-1] == "2 files, 2.00 kB (46 B of the pull)"


def test_find_says_how_many_more_files_lower_layers_have(cli, image):
    outcome = cli("find", image, "list")
    assert (outcome.code, outcome.lines) == (0, ["no files match"])
    assert "note: 1 deleted or overwritten file matches; `--all` lists it" in outcome.err
    outcome = cli("find", image, "conf")
    assert outcome.lines[0] != "no files match"
    assert "note: 1 deleted or overwritten file matches too; `--all` lists it" in outcome.err


@pytest.mark.parametrize("arguments", [["list", "--all"], ["list", "fate:deleted"], ["wasted", "type:f", "list"]])
def test_find_lists_deleted_files_with_the_layer_that_deleted_them(cli, image, arguments):
    (row,) = cli("find", image, *arguments, "--json").json
    assert (row["path"], row["layer"], row["fate"], row["killedBy"], row["size"]) == (
        "/cache/list",
        0,
        "deleted",
        1,
        9000,
    )
    assert "deleted by layer 1" in cli("find", image, *arguments).lines[1]


def test_find_after_a_layer_lists_the_files_as_they_were_then(cli, image):
    assert found(cli("find", image, "list", "--after", 0, "--json")) == ["/cache/list"]
    assert found(cli("find", image, "conf", "<2", "--after", 0, "--json")) == ["/etc/conf"]


def test_find_sorts_as_asked_and_says_what_the_limit_hides(cli, image):
    outcome = cli("find", image, "type:f", "--sort", "path", "--limit", 1, "--json")
    assert found(outcome) == ["/etc/conf"]
    assert "note: 2 more match, but --limit is 1" in outcome.err


def test_find_names_the_wrong_word_of_a_query(cli, image):
    outcome = cli("find", image, "sudo", "mode:foo")
    assert outcome.code == 2
    assert outcome.err == (
        "error: the word `mode:foo` of the query is wrong: a mode is suid, sgid, sticky, ww (writable by all) or x (executable)\n"
        "hint: `layerscope help queries` lists the words\n"
    )


def test_find_quotes_a_text_with_a_colon_for_the_shell(cli, image):
    assert """there is no field `foo`; to find the text, write `'"foo:bar"'`""" in cli("find", image, "foo:bar").err


def test_blame_lists_every_version_of_a_path_with_what_changed(cli, image):
    rows = cli("blame", image, "/etc/conf", "--json").json
    assert [(row["layer"], row["change"], row["reasons"], row["command"], row["killedBy"]) for row in rows] == [
        (0, "added", [], "RUN install", 1),
        (1, "modified", ["content"], "RUN clean", None),
    ]


def test_blame_shows_which_instruction_removed_a_path(cli, image):
    lines = cli("blame", image, "cache/list").lines
    assert [line.split()[:2] for line in lines[1:]] == [["0", "added"], ["1", "removed"]]
    assert lines[2].endswith("RUN clean")


def test_blame_of_a_path_that_no_layer_has_is_an_error(cli, image):
    outcome = cli("blame", image, "/nothing")
    assert (outcome.code, outcome.err) == (2, "error: no layer has `/nothing`\n")


def test_packages_are_read_only_if_the_query_or_json_needs_them(cli, app, monkeypatch):
    read, of = [], Ownership.of
    monkeypatch.setattr(Ownership, "of", lambda stack: read.append(stack) or of(stack))
    cli("find", app.name, "*")
    cli("blame", app.name, "/")
    assert not read
    assert "package" in cli("find", app.name, "*", "--json").json[0]
    cli("find", app.name, "pkg:x")
    assert len(read) == 2
