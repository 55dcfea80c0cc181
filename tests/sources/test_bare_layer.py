"""A tar that is not an image opens as an image of one layer."""

import bz2
import gzip
import lzma
import os
import subprocess
import sys

import pytest
from backports import zstd

from layerscope.blobs.resolve import resolve
from layerscope.blobs.status import BlobStatus
from layerscope.blobs.store import Span
from layerscope.errors import NotFound, SourceError
from layerscope.loading import load
from layerscope.oci import media_types
from layerscope.sources import file_store, spool, tar_store
from support import tars
from support.images import build_image, digest_of
from support.local_images import classic_files, layout_files, named, read_blob, tar_bytes
from support.reading import names

LAYER = tars.tar(
    tars.file("etc/passwd", b"root\n" * 300), tars.file("etc/.wh.shadow"), tars.file("data", os.urandom(9000))
)
NAMES = ["etc/passwd", "etc/.wh.shadow", "data"]
COMPRESSIONS = {
    "": bytes,
    "+gzip": gzip.compress,
    "+zstd": zstd.compress,
    "+xz": lzma.compress,
    "+bzip2": bz2.compress,
}


@pytest.fixture(params=COMPRESSIONS)
def suffix(request):
    """The suffix of the layer's media type, which names its compression."""
    return request.param


@pytest.fixture
def data(suffix):
    """The layer, compressed."""
    return COMPRESSIONS[suffix](LAYER)


@pytest.fixture
def path(tmp_path, data):
    (tmp_path / "layer").write_bytes(data)
    return tmp_path / "layer"


def test_a_bare_layer_is_the_only_layer_byte_for_byte(opened, path, data, suffix):
    (layer,) = opened.resolve(path).layers
    assert (str(layer.descriptor.digest), layer.descriptor.size) == (digest_of(data), len(data))
    assert (layer.descriptor.media_type, str(layer.diff_id)) == (media_types.OCI_LAYER + suffix, digest_of(LAYER))
    assert opened.blobs(path) == (data,)


def test_a_bare_layer_is_verified_and_has_the_entries_of_the_tar(opened, path):
    (content,) = load(opened(path)).contents
    assert (content.status, content.warnings) == (BlobStatus.VERIFIED, ())
    assert names(content) == NAMES


def test_a_bare_layer_says_that_history_and_config_are_unknown(opened, path):
    image = opened.resolve(path)
    assert image.warnings == (
        f"`{path}` is a single tar archive without a manifest: its history and config are unknown",
    )
    assert (image.history, image.descriptor) == ((), None)


def test_a_span_of_a_bare_layer_is_that_part_of_the_file(opened, path, data):
    store = opened(path)
    assert read_blob(store, resolve(store, None).layers[0].descriptor, Span(10, 30)) == data[10:40]


def test_the_stamp_of_a_bare_layer_changes_with_the_file(opened, path, monkeypatch):
    monkeypatch.setattr(file_store, "UNSETTLED_SECONDS", -1e9)

    def stamp():
        store = opened(path)
        return store.stamp(resolve(store, None).layers[0].descriptor)

    before = stamp()
    assert before == stamp() != ""
    os.utime(path, (0, 0))
    assert stamp() not in {before, None}


def test_a_bare_layer_has_no_name(opened, path):
    with pytest.raises(NotFound, match="has no image `v1`: it is a single tar archive"):
        opened.resolve(f"{path}:v1")


@pytest.mark.parametrize("form", ["classic", "layout"])
def test_the_archive_of_an_image_stays_one(opened, tmp_path, form):
    image = build_image()
    files = classic_files(image) if form == "classic" else layout_files([named(image, "v1")], image)
    (tmp_path / "image.tar").write_bytes(tar_bytes(files))
    assert opened.resolve(tmp_path / "image.tar").config_bytes == image.config_bytes


def layerscope(*arguments, **more):
    command = [sys.executable, "-m", "layerscope", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **more)


def test_a_bare_layer_is_read_from_a_pipe_too(data):
    done = layerscope("ls", "-", "-R", input=data)
    assert done.stdout.decode().split() == ["data", "etc", "etc/passwd"]
    assert b"standard input is a single tar archive" in done.stderr


def test_of_a_pipe_the_digest_is_that_of_the_bytes_that_came(data):
    assert f'"digest": "{digest_of(data)}"' in layerscope("layers", "-", "--json", input=data).stdout.decode()


@pytest.mark.parametrize("missing_size", [1, 100, 6000])
def test_of_a_layer_that_is_cut_the_entries_before_the_cut_are_shown(opened, tmp_path, missing_size):
    (tmp_path / "cut").write_bytes(gzip.compress(LAYER)[:-missing_size])
    (content,) = load(opened(tmp_path / "cut")).contents
    assert (content.status, names(content)[:2]) == (BlobStatus.TRUNCATED, NAMES[:2])


def test_a_layer_that_is_cut_before_its_first_entry_is_damaged(opened, tmp_path):
    (tmp_path / "cut").write_bytes(gzip.compress(LAYER)[:30])
    with pytest.raises(SourceError, match="is damaged: the gzip stream ends too early"):
        opened.resolve(tmp_path / "cut")


def test_a_layer_with_a_damaged_header_is_shown_up_to_the_damage(opened, tmp_path):
    (tmp_path / "damaged").write_bytes(LAYER[:2600] + b"\xff" + LAYER[2601:])
    (content,) = load(opened(tmp_path / "damaged")).contents
    assert (content.status, names(content)) == (BlobStatus.CORRUPT, NAMES[:2])


def test_a_layer_without_an_end_marker_is_a_layer(opened, tmp_path):
    (tmp_path / "layer").write_bytes(LAYER.removesuffix(tars.END))
    assert names(load(opened(tmp_path / "layer")).contents[0]) == NAMES


def test_a_layer_may_have_more_files_than_an_archive_of_an_image(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(tar_store, "MAX_FOREIGN_MEMBERS", 3)
    monkeypatch.setattr(tar_store, "MAX_MEMBERS", 6)
    paths = [*map(str, range(9)), "manifest.json"]
    (tmp_path / "layer").write_bytes(tar_bytes(dict.fromkeys(paths, b"")))
    assert names(load(opened(tmp_path / "layer")).contents[0]) == paths
    (tmp_path / "image").write_bytes(tar_bytes(dict.fromkeys(["blobs", *paths], b"")))
    with pytest.raises(SourceError, match="has more than 6 members"):
        opened.resolve(tmp_path / "image")


def test_a_layer_that_decompresses_beyond_reason_is_stopped(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(spool, "UNSUSPICIOUS_SIZE", 1 << 20)
    (tmp_path / "bomb").write_bytes(zstd.compress(tars.tar(tars.file("zeros", bytes(100_000_000)))))
    with pytest.raises(SourceError, match="more than 1000 times its size"):
        opened.resolve(tmp_path / "bomb")


def archives():
    """The archive of an image in all its forms, with its name."""
    image = build_image([[("a", os.urandom(7000))], [("b", os.urandom(7000))]])
    layout = layout_files([named(image, "v1")], image)
    classic = classic_files(image)
    old = {"a" * 64 + "/json": b'{"id": "%s"}' % (b"a" * 64), "a" * 64 + "/layer.tar": image.tars[0]}
    forms = {"classic": classic, "layout": layout, "both": classic | layout, "for old Docker too": old | classic}
    for name, files in forms.items():
        for kind, compress in (("plain", bytes), ("gzip", gzip.compress), ("zstd", zstd.compress)):
            yield pytest.param(compress(tar_bytes(files)), id=f"{name} {kind}")


@pytest.mark.parametrize("archive", list(archives()))
@pytest.mark.parametrize("transport", ["", "docker-archive:", "oci-archive:"])
def test_the_archive_of_an_image_that_is_cut_says_so_and_is_never_of_another_kind(opened, tmp_path, archive, transport):
    for size in range(1024, len(archive), 1024):
        path = tmp_path / f"cut{size}"
        path.write_bytes(archive[:size])
        problem = _problem(opened, f"{transport}{path}")
        is_whole = not archive[size:].strip(b"\0")
        assert is_whole or "damaged" in problem or "ends in the middle" in problem, (size, problem)


def _problem(opened, text):
    """Why the image cannot be read, or what the warnings say if both layers can be."""
    try:
        return "".join(opened.resolve(text).warnings) if len(opened.blobs(text)) == 2 else "another image"
    except SourceError as error:
        return error.message
