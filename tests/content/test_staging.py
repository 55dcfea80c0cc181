"""What is written aside appears whole, or not at all."""

import pytest

from layerscope.content.staging import staged
from layerscope.errors import LayerscopeError


def fill(aside, error=None):
    (aside / "d" / "locked").mkdir(parents=True)
    (aside / "d" / "locked" / "file").write_text("x")
    (aside / "link").symlink_to("/etc")
    (aside / "d" / "locked").chmod(0o500)
    (aside / "d").chmod(0o555)
    if error:
        raise error


def test_what_is_complete_is_moved_with_its_modes(tmp_path):
    with staged(tmp_path / "new", [b"d", b"link"]) as aside:
        fill(aside)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["d", "link"]
    assert (tmp_path / "new" / "d").stat().st_mode & 0o777 == 0o555


def test_an_error_leaves_nothing_behind(tmp_path):
    with pytest.raises(KeyboardInterrupt), staged(tmp_path / "a" / "b", [b"d"]) as aside:
        fill(aside, KeyboardInterrupt)
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_not_replaced(tmp_path):
    (tmp_path / "d").write_text("mine")
    with pytest.raises(LayerscopeError, match="exists"), staged(tmp_path, [b"d"]) as aside:
        fill(aside)
    assert list(tmp_path.iterdir()) == [tmp_path / "d"]
    assert (tmp_path / "d").read_text() == "mine"
