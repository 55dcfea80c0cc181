import os
import re
import stat
from pathlib import Path

import pytest

from support.fake_registry import Reply
from support.images import build_image

IMAGE = build_image([[("a", b"1" * 3000)], [("b", b"2")]])
LAYERS = {layer["digest"] for layer in IMAGE.manifest["layers"]}


@pytest.fixture
def registry(fake_registry):
    fake_registry.serve(IMAGE)
    return fake_registry


def fetched(registry):
    """The layers that were requested since the last call."""
    paths = [path.rpartition("/")[2] for path in registry.paths()]
    registry.requests.clear()
    return sorted(LAYERS.intersection(paths))


def layer_rows(cli):
    return [row for row in cli("cache", "list", "--json").json if row["kind"] == "layer"]


def test_an_image_of_a_registry_is_fetched_once(cli, registry):
    first = cli("layers", registry.reference(), "--json")
    assert fetched(registry) == sorted(LAYERS)
    second = cli("layers", registry.reference(), "--json")
    assert fetched(registry) == []
    assert first.json == second.json
    assert {row["status"] for row in second.json} == {"verified"}


@pytest.mark.parametrize("command", [["inspect"], ["ls", "-R"], ["history"], ["export"], ["waste"]])
def test_every_reading_command_says_the_same_from_the_cache(cli, registry, command):
    first = cli(*command, registry.reference())
    assert cli(*command, registry.reference()) == first
    assert cli(*command, registry.reference(), "--no-cache") == first


def test_no_cache_fetches_all_and_keeps_nothing(cli, registry):
    for _ in range(2):
        assert cli("layers", registry.reference(), "--no-cache").code == 0
        assert fetched(registry) == sorted(LAYERS)
    assert cli("cache", "list", "--json").json == []


def test_verify_fetches_every_blob_again(cli, registry):
    cli("layers", registry.reference())
    fetched(registry)
    assert cli("verify", registry.reference()).code == 0
    assert fetched(registry) == sorted(LAYERS)


def test_cat_of_a_known_image_fetches_only_the_layer_of_the_file(cli, registry):
    cli("layers", registry.reference())
    fetched(registry)
    assert cli("cat", registry.reference(), "/b").out == "2"
    assert fetched(registry) == [IMAGE.manifest["layers"][1]["digest"]]


def test_a_layout_that_is_damaged_after_it_was_read_is_seen_to_be(cli, layout, monkeypatch):
    monkeypatch.setattr("layerscope.sources.file_store.UNSETTLED_SECONDS", -1e9)
    path = layout(app=IMAGE)
    assert cli("layers", path).code == 0
    assert len(cli("cache", "list", "--json").json) == 2
    blob = path / "blobs" / IMAGE.manifest["layers"][1]["digest"].replace(":", "/")
    blob.write_bytes(b"\0" * blob.stat().st_size)
    assert cli("layers", path).code == 2
    blob.unlink()
    assert "missing" in cli("layers", path).err


def test_a_damaged_cache_is_fetched_again_in_silence(cli, registry):
    first = cli("layers", registry.reference())
    directory = Path(cli("cache", "path").out.strip())
    for file in directory.iterdir():
        file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    fetched(registry)
    assert cli("layers", registry.reference()) == first
    assert fetched(registry) == sorted(LAYERS)
    cli("layers", registry.reference())
    assert fetched(registry) == []


def test_list_has_a_row_for_each_layer(cli, registry):
    cli("layers", registry.reference())
    rows = [row for row in cli("cache", "list", "--json").json if row["kind"] == "layer"]
    assert {row["digest"] for row in rows} == LAYERS
    assert {row["entryCount"] for row in rows} == {1}
    heading, *lines = cli("cache", "list").lines
    assert heading.split() == ["kind", "entries", "size", "in", "cache", "last", "used", "digest"]
    assert {line.split()[-1] for line in lines if line.startswith("layer ")} == LAYERS


def test_list_has_a_row_for_each_document(cli, registry):
    cli("manifest", registry.reference())
    rows = cli("cache", "list", "--json").json
    assert {(row["digest"], row["size"], row["kind"]) for row in rows} == {
        (IMAGE.digest, len(IMAGE.manifest_bytes), "document"),
        (IMAGE.manifest["config"]["digest"], len(IMAGE.config_bytes), "document"),
    }


def test_prune_empties_the_cache_or_keeps_what_was_used_last(cli, registry):
    cli("layers", registry.reference())
    directory = Path(cli("cache", "path").out.strip())
    newest = layer_rows(cli)[0]
    for file in directory.iterdir():
        if file.stat().st_mtime < max(other.stat().st_mtime for other in directory.iterdir()):
            os.utime(file, (1000, 1000))
    outcome = cli("cache", "prune", "--keep", str(newest["size"]))
    assert re.fullmatch(r"removed 1 layer \([\d.]+ k?B\) from the cache\n", outcome.out)
    assert layer_rows(cli) == [newest]
    assert cli("cache", "prune").out.startswith("removed 1 layer and 3 documents (")
    assert cli("cache", "list", "--json").json == []
    assert cli("cache", "prune").out == "removed 0 layers and 0 documents (0 B) from the cache\n"


def test_a_size_that_is_none_is_refused(cli):
    outcome = cli("cache", "prune", "--keep", "much")
    assert (outcome.code, outcome.err) == (
        2,
        "error: `much` is not a size\nhint: write a size such as `20MB` or `512KiB`\n",
    )


def test_the_directory_is_the_users_own_or_the_one_that_is_named(program, tmp_path):
    def path(**environment):
        return program("cache", "path", env=environment).out.strip()

    assert path(LAYERSCOPE_CACHE_DIR=str(tmp_path)) == f"{tmp_path}/layers"
    assert path(LAYERSCOPE_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path)) == f"{tmp_path}/layerscope/layers"
    assert (
        path(LAYERSCOPE_CACHE_DIR="", XDG_CACHE_HOME="", HOME=str(tmp_path)) == f"{tmp_path}/.cache/layerscope/layers"
    )


def test_only_the_user_can_look_in(program, registry, tmp_path):
    program("layers", registry.reference(), env={"LAYERSCOPE_CACHE_DIR": str(tmp_path / "cache")})
    directory = tmp_path / "cache" / "layers"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()} == {0o600}


@pytest.mark.parametrize("place", ["/proc/nothing", "/dev/null"])
def test_a_cache_that_cannot_be_written_is_logged_and_not_an_error(program, registry, place):
    quiet = program("layers", registry.reference(), env={"LAYERSCOPE_CACHE_DIR": place})
    assert (quiet.code, quiet.err) == (0, "")
    verbose = program("layers", registry.reference(), "-v", env={"LAYERSCOPE_CACHE_DIR": place})
    assert (verbose.code, verbose.out) == (0, quiet.out)
    assert len([line for line in verbose.err.splitlines() if f"the cache in `{place}/layers` cannot be" in line]) == 1


def test_a_login_that_is_refused_is_not_bypassed_by_the_cache(cli, registry):
    cli("layers", registry.reference())
    registry.on("GET", "/v2/app/manifests/latest", Reply(401))
    assert cli("layers", registry.reference()).code == 2
