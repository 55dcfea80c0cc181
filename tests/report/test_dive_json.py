"""The compatible mode agrees with dive."""

import json
import subprocess

import pytest

from layerscope.errors import NotFound
from layerscope.insight.analysis import Analysis
from layerscope.loading import load
from layerscope.report.dive_json import dive_report
from layerscope.sources.open import open_store
from support import extra_cases
from support.images import build_image, tar_of
from support.tars import directory, file, hardlink, symlink


def facts_of(path):
    """The first image of the archive, the only one that dive opens; it may be an OCI archive."""
    try:
        loaded = load(open_store(f"docker-archive:{path}:@0"))
    except NotFound:
        loaded = load(open_store(f"oci-archive:{path}:@0"))
    return Analysis.of(loaded.image, loaded.contents)


def report_of_dive(path, directory):
    """dive's report; None if dive cannot open the archive."""
    target = directory / "dive.json"
    target.unlink(missing_ok=True)
    subprocess.run(["dive", f"docker-archive://{path}", "--json", target], capture_output=True, check=False)
    return json.loads(target.read_text()) if target.exists() else None


def file_references(report):
    return {(row["file"], row["count"], row["sizeBytes"]) for row in report["image"]["fileReference"] or []}


def agree(ours, theirs):
    figures = ("sizeBytes", "inefficientBytes", "efficiencyScore")
    assert [ours["image"][name] for name in figures] == [theirs["image"][name] for name in figures]
    assert file_references(ours) == file_references(theirs)
    assert [row.keys() for row in ours["layer"]] == [row.keys() for row in theirs["layer"]]
    for our_layer, their_layer in zip(ours["layer"], theirs["layer"], strict=True):
        for name in ("index", "digestId", "sizeBytes", "command"):
            assert our_layer[name] == their_layer[name]
        assert our_layer["fileList"] == [plain(row) for row in their_layer["fileList"] or []]


def plain(row):
    return {**row, "path": row["path"].removeprefix("./")}


@pytest.mark.real("dive")
@pytest.mark.extra_cases
def test_every_archive_that_dive_opens_has_the_same_figures(tmp_path):
    opened = 0
    for path in extra_cases.tars("corpora"):
        theirs = report_of_dive(path, tmp_path)
        if theirs is not None:
            agree(dive_report(facts_of(path)), theirs)
            opened += 1
    assert opened > 10


HARD_CASES = {
    "removed directory": [[("d/a", b"123"), ("d/b/c", b"45678")], [("d/.wh.a", b"")], [(".wh.d", b"")]],
    "dangling whiteout": [
        [("a", b"123")],
        [("a", b"45"), (".wh.nothing", b""), ("z", b"1")],
        [("z", b"2"), ("a", b"6")],
    ],
    "opaque directory": [[("d/a", b"123")], [("d/.wh..wh..opq", b""), ("d/a", b"45")]],
    "chmod": [[("a", b"123")], [file("a", b"123", mode=0o755)]],
    "directory with attributes": [[directory("d", 0o1777), ("d/a", b"1")], [directory("d", 0o700)]],
    "whiteout and file of one name": [
        [("a", b"123"), ("-b", b"12")],
        [(".wh.a", b""), ("a", b"1"), (".wh.-b", b""), ("-b", b"1")],
    ],
    "whiteout in the lowest layer": [
        [("a/", b""), (".wh.p", b""), ("git/o", b"1" * 20), ("p", b"1" * 10), ("q", b"1"), (".wh.q", b"")],
        [("p", b"12"), (".wh.q", b"")],
        [(".wh.p", b""), ("q", b"3")],
    ],
    "links": [
        [("a", b"123"), hardlink("h", "a"), symlink("s", "a")],
        [symlink("s", "b")],
    ],
    "nothing": [[]],
}


@pytest.mark.real("dive")
@pytest.mark.parametrize("name", HARD_CASES)
def test_figures_of_dive_are_kept_even_if_they_are_wrong(name, tmp_path):
    path = docker_archive(HARD_CASES[name], tmp_path)
    theirs = report_of_dive(path, tmp_path)
    assert theirs is not None
    agree(dive_report(facts_of(path)), theirs)


def docker_archive(layers, directory):
    image = build_image(layers=layers)
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["test:latest"], "Layers": names}]).encode()
    members = [("manifest.json", manifest), ("config.json", image.config_bytes)]
    members += [(name, tar_of(entries)) for name, entries in zip(names, layers, strict=True)]
    path = directory / "image.tar"
    path.write_bytes(tar_of(members))
    return path
