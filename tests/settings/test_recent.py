import json

import pytest

from layerscope.settings.recent import MOST_CHARACTERS, MOST_NAMES, recent_names, remember, state_directory


def test_the_file_is_in_the_directory_of_states(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_directory() == tmp_path / "layerscope"


def test_what_was_opened_last_comes_first_and_each_name_once(tmp_path):
    for name in ("a", "b", "c", "a"):
        remember(tmp_path / "state", name)
    assert recent_names(tmp_path / "state") == ["a", "c", "b"]


def test_only_the_last_names_are_kept(tmp_path):
    for number in range(MOST_NAMES + 5):
        remember(tmp_path / "state", f"image:{number}")
    assert recent_names(tmp_path / "state") == [f"image:{number}" for number in range(MOST_NAMES + 4, 4, -1)]


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[31m", "\u202e", "a" * (MOST_CHARACTERS + 1), "\udcff"])
def test_a_name_that_cannot_be_shown_is_not_kept(tmp_path, name):
    remember(tmp_path / "state", name)
    assert recent_names(tmp_path / "state") == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"{}", b'"a"', b"[" * 100, b"[1, null, {}]", b'["\\u001b[31m"]', b" " * (5 * 1024 * 1024)]
)
def test_a_damaged_file_has_no_names_and_is_replaced(tmp_path, content):
    directory = tmp_path / "state"
    directory.mkdir(mode=0o700)
    (directory / "recent.json").write_bytes(content)
    assert recent_names(directory) == []
    remember(directory, "a")
    assert json.loads((directory / "recent.json").read_bytes()) == ["a"]


def test_a_directory_that_cannot_be_used_is_left_alone(tmp_path):
    (tmp_path / "state").write_text("a file")
    remember(tmp_path / "state", "a")
    assert recent_names(tmp_path / "state") == []
    assert (tmp_path / "state").read_text() == "a file"


def test_the_file_is_private(tmp_path):
    remember(tmp_path / "state", "a")
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / "recent.json").stat().st_mode & 0o777 == 0o600
