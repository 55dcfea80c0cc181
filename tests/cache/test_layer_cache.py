import errno
import io
import logging
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.cache.format import READER
from layerscope.cache.layer_cache import LayerCache
from layerscope.cache.private_directory import TEMPORARY, PrivateDirectory
from layerscope.layers.checkpoints import Checkpoints
from support.loaded import load_layers


@pytest.fixture(scope="module")
def loaded():
    return load_layers([[("a", b"1")], [("b", b"2"), ("c", b"3")], [("d", b"4")]])


@pytest.fixture
def layers(loaded):
    return loaded.image.layers


@pytest.fixture
def contents(loaded):
    return loaded.contents


@pytest.fixture
def cache(tmp_path):
    return LayerCache(tmp_path / "cache")


def paths(content):
    return list(content.index.paths)


def files(cache):
    return sorted(cache.path.iterdir()) if cache.path.exists() else []


def test_a_verified_layer_is_found_again(cache, layers, contents):
    cache.put(layers[1], contents[1])
    assert paths(cache.get(layers[1])) == [b"b", b"c"]
    assert paths(LayerCache(cache.path).get(layers[1])) == [b"b", b"c"]
    assert cache.get(layers[0]) is None


@pytest.mark.parametrize("status", [status for status in BlobStatus if status is not BlobStatus.VERIFIED])
def test_a_layer_that_is_not_verified_is_not_kept(cache, layers, contents, status):
    cache.put(layers[0], replace(contents[0], status=status))
    assert (cache.get(layers[0]), files(cache)) == (None, [])


def test_layers_that_are_read_differently_have_different_keys(cache, layers, contents):
    cache.put(layers[0], contents[0])
    descriptor = layers[0].descriptor
    for other in (
        replace(layers[0], descriptor=replace(descriptor, size=descriptor.size + 1)),
        replace(layers[0], descriptor=replace(descriptor, media_type="other")),
        replace(layers[0], diff_id=None),
        replace(layers[0], diff_id=layers[1].diff_id),
    ):
        assert cache.get(other) is None
    assert cache.get(layers[0], "changed on disk") is None
    assert cache.get(replace(layers[0], number=7, history=None)) is not None


def test_after_a_flipped_byte_a_layer_is_read_and_kept_again(cache, layers, contents):
    cache.put(layers[0], contents[0])
    (path,) = files(cache)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert cache.get(layers[0]) is None
    cache.put(layers[0], contents[0])
    assert cache.get(layers[0]) is not None


def test_a_file_under_the_name_of_another_layer_is_not_used(cache, layers, contents):
    cache.put(layers[0], contents[0])
    (first,) = files(cache)
    cache.put(layers[1], contents[1])
    second = next(path for path in files(cache) if path != first)
    first.replace(second)
    assert cache.get(layers[1]) is None


def test_what_was_used_least_recently_makes_room(tmp_path, layers, contents):
    probe = LayerCache(tmp_path / "probe")
    probe.put(layers[0], contents[0])
    size = files(probe)[0].stat().st_size
    cache = LayerCache(tmp_path / "cache", max_size=int(size * 2.5))
    cache.put(layers[0], contents[0])
    cache.put(layers[1], contents[1])
    for age, path in enumerate(files(cache)):
        os.utime(path, (1000 + age, 1000 + age))
    assert cache.get(layers[0]) is not None
    cache.put(layers[2], contents[2])
    assert [cache.get(layer) is not None for layer in layers] == [True, False, True]


def test_a_layer_that_alone_is_too_large_is_not_kept_and_nothing_goes_for_it(tmp_path, layers, contents):
    cache = LayerCache(tmp_path / "cache", max_size=10)
    cache.put(layers[0], contents[0])
    assert files(cache) == []


def test_pruning_removes_what_killed_processes_left_but_not_what_is_being_written(cache, layers, contents):
    cache.put(layers[0], contents[0])
    for name, age in (("old", 7200), ("new", 0)):
        (cache.path / f"{TEMPORARY}{name}").write_bytes(b"half")
        os.utime(cache.path / f"{TEMPORARY}{name}", (time.time() - age,) * 2)
    (cache.path / "not ours").write_bytes(b"")
    assert cache.prune(10**9) == (1, 4)
    assert {path.name for path in files(cache)} >= {f"{TEMPORARY}new", "not ours"}
    assert cache.get(layers[0]) is not None
    assert cache.prune(0)[0] == 1
    assert cache.get(layers[0]) is None


def test_rows_are_the_layers_last_used_first(cache, layers, contents):
    for number, layer in enumerate(layers):
        cache.put(layer, contents[number])
    for path in files(cache):
        os.utime(path, (1000, 1000))
    cache.get(layers[1])
    rows = cache.rows()
    assert (rows[0].digest, rows[0].entry_count) == (str(layers[1].descriptor.digest), 2)
    assert {row.digest for row in rows} == {str(layer.descriptor.digest) for layer in layers}
    assert [row.used for row in rows[1:]] == [1000, 1000]
    assert all(row.size > 0 for row in rows)


def test_files_that_could_not_be_used_are_no_rows(cache, layers, contents):
    cache.put(layers[0], contents[0])
    (cache.path / "bad.layer").write_bytes(b"bad")
    (cache.path / "link.layer").symlink_to("bad.layer")
    (cache.path / "directory.layer").mkdir()
    assert len(cache.rows()) == 1


def test_a_release_with_the_same_reader_uses_what_another_release_cached(cache, layers, contents, monkeypatch):
    cache.put(layers[0], contents[0])
    monkeypatch.setattr("layerscope.__version__", "another")
    assert cache.get(layers[0]) is not None


def test_what_another_reader_cached_is_ignored_then_pruned(cache, layers, contents):
    cache.put(layers[0], contents[0])
    (own,) = files(cache)
    others = {"a" * 64 + ".layer", own.name.replace(READER, "0" * 16)}
    for name in others:
        (cache.path / name).write_bytes(own.read_bytes())
    own.unlink()
    assert (cache.get(layers[0]), cache.rows()) == (None, [])
    cache.put(layers[1], contents[1])
    assert others.isdisjoint(path.name for path in files(cache))
    assert cache.get(layers[1]) is not None


def reader_with(script):
    """What names the reader in a process of its own, in which the script has run first."""
    script += "; from layerscope.cache.format import READER; print(READER)"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment
    ).stdout.strip()


def test_another_version_of_the_reader_has_another_name():
    import_it = "import layerscope.layers.layer_index as it; "
    assert reader_with("pass") == READER
    assert reader_with(import_it + "it.READER_VERSION += 1") != READER


def refuse(number):
    def fail(*_arguments, **_more):
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_disk_that_refuses_is_reported_once_and_nothing_fails(cache, loaded, monkeypatch, caplog, number):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(PrivateDirectory, "write", refuse(number))
    for layer, content in zip(loaded.image.layers, loaded.contents, strict=True):
        cache.put(layer, content)
    (record,) = caplog.records
    assert record.getMessage() == f"the cache in `{cache.path}` cannot be written: {os.strerror(number)}"


def test_an_unreadable_cache_is_reported_once_and_nothing_fails(cache, layers, contents, caplog):
    caplog.set_level(logging.INFO)
    cache.put(layers[0], contents[0])
    cache.path.chmod(0o777)
    assert [cache.get(layers[0]), cache.get(layers[0])] == [None, None]
    (record,) = caplog.records
    assert record.getMessage().endswith("cannot be read: others may write to the directory")


def test_a_file_in_the_place_of_the_directory_is_no_failure(tmp_path, layers, contents):
    (tmp_path / "cache").write_bytes(b"")
    cache = LayerCache(tmp_path / "cache")
    cache.put(layers[0], contents[0])
    assert cache.get(layers[0]) is None
    assert (tmp_path / "cache").read_bytes() == b""


@pytest.fixture(scope="module")
def checkpoints(loaded):
    blob = loaded.built.layers[0]
    return Checkpoints.make(io.BytesIO(blob), len(blob), len(loaded.built.tars[0]))


def test_checkpoints_are_found_again_by_layer_and_stamp(cache, layers, contents, checkpoints):
    for stamp in ("", "1"):
        cache.put(layers[0], contents[0], stamp)
    cache.put_checkpoints(layers[0], checkpoints, "1")
    assert cache.checkpoints(layers[0], "1").data == checkpoints.data
    assert [cache.checkpoints(layers[0]), cache.checkpoints(layers[1], "1")] == [None, None]


def test_checkpoints_of_a_layer_that_is_not_cached_are_not_kept(cache, layers, checkpoints):
    cache.put_checkpoints(layers[0], checkpoints)
    assert files(cache) == []


def test_checkpoints_that_cannot_be_used_are_removed_and_the_log_says_so(cache, layers, contents, checkpoints, caplog):
    caplog.set_level(logging.INFO)
    cache.put(layers[0], contents[0])
    cache.put_checkpoints(layers[0], checkpoints)
    (path,) = cache.path.glob("*.checkpoints")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert cache.checkpoints(layers[0]) is None
    assert not path.exists()
    assert "cannot be used: it is damaged" in caplog.text
    assert cache.get(layers[0]) is not None


def test_forgotten_checkpoints_are_gone_and_their_layer_stays(cache, layers, contents, checkpoints):
    cache.put(layers[0], contents[0])
    cache.put_checkpoints(layers[0], checkpoints)
    cache.forget_checkpoints(layers[0])
    cache.forget_checkpoints(layers[0])
    assert cache.checkpoints(layers[0]) is None
    assert cache.get(layers[0]) is not None


def test_a_row_counts_the_checkpoints_of_its_layer(cache, layers, contents, checkpoints):
    cache.put(layers[0], contents[0])
    cache.put_checkpoints(layers[0], checkpoints)
    (row,) = cache.rows()
    assert row.size == sum(path.stat().st_size for path in files(cache))


def test_a_layer_and_its_checkpoints_are_pruned_together(cache, layers, contents, checkpoints):
    for number in (0, 1):
        cache.put(layers[number], contents[number])
    cache.put_checkpoints(layers[0], checkpoints)
    for path in files(cache):
        os.utime(path, (1000, 1000))
    cache.checkpoints(layers[0])
    kept = cache.rows()[0].size
    assert cache.prune(kept)[0] == 1
    assert cache.checkpoints(layers[0]) is not None
    assert [cache.get(layer) is not None for layer in layers[:2]] == [True, False]
    assert cache.prune(kept - 1)[0] == 2
    assert files(cache) == []


def test_checkpoints_of_another_reader_or_without_a_layer_are_pruned(cache, layers, contents, checkpoints):
    cache.put(layers[0], contents[0])
    cache.put_checkpoints(layers[0], checkpoints)
    (own,) = cache.path.glob("*.checkpoints")
    (cache.path / own.name.replace(READER, "0" * 16)).write_bytes(b"old")
    (cache.path / ("a" * 64 + own.name[64:])).write_bytes(own.read_bytes())
    assert cache.prune(10**9)[0] == 2
    assert cache.checkpoints(layers[0]) is not None
