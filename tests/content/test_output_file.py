"""Promises of writing a file whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from layerscope.content.output_file import check_absent, replace_file, replace_file_by_chunks
from layerscope.errors import LayerscopeError


def test_a_file_is_replaced_in_one_step_and_keeps_its_permissions(tmp_path):
    target = tmp_path / "report"
    target.write_bytes(b"old")
    target.chmod(0o600)
    with target.open("rb") as reader:
        replace_file(target, b"new")
        assert reader.read() == b"old"
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_new_file_has_the_permissions_that_the_user_s_mask_leaves(tmp_path):
    mask = os.umask(0o027)
    try:
        replace_file(tmp_path / "report", b"")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o640


def test_a_symlink_stays_and_its_target_is_replaced(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    replace_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_what_is_no_regular_file_is_written_to_and_not_replaced():
    replace_file(Path("/dev/null"), b"data")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("failing", ["fsync", "fchmod"])
def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, failing):
    def fail(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "report").write_bytes(b"old")
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(LayerscopeError, match="No space left on device"):
        replace_file(tmp_path / "report", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report", b"old")]


def test_a_file_that_appears_while_another_one_is_written_is_not_replaced(tmp_path):
    target = tmp_path / "report"

    def chunks():
        yield b"new"
        target.write_bytes(b"theirs")

    with pytest.raises(LayerscopeError, match="exists"):
        replace_file_by_chunks(target, chunks(), overwrite=False)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report", b"theirs")]


def test_only_a_regular_file_counts_as_one_that_would_be_replaced(tmp_path):
    check_absent(Path("/dev/null"))
    check_absent(tmp_path / "nothing")
    (tmp_path / "report").touch()
    with pytest.raises(LayerscopeError, match="exists"):
        check_absent(tmp_path / "report")
