import os

import pytest

from layerscope.errors import LayerscopeError
from layerscope.settings.file import keep_theme, read_settings, settings_file, with_theme
from layerscope.settings.parsing import Given, Settings
from layerscope.small_file import MAX_FILE_SIZE


def test_the_file_is_in_the_directory_of_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_file() == tmp_path / "layerscope" / "config.toml"


def test_without_a_file_there_are_no_settings_and_no_problems(tmp_path):
    assert read_settings(tmp_path / "none", {}) == read_settings(None, {}) == Settings()


def make_directory(path):
    path.mkdir()


def make_fifo(path):
    os.mkfifo(path)


def make_huge(path):
    path.write_bytes(b"#" * (MAX_FILE_SIZE + 1))


def make_loop(path):
    path.symlink_to(path)


@pytest.mark.parametrize("make", [make_directory, make_fifo, make_huge, make_loop])
def test_a_file_that_cannot_be_read_is_a_problem_and_variables_still_count(tmp_path, make):
    file = tmp_path / "config.toml"
    make(file)
    settings = read_settings(file, {"LAYERSCOPE_THEME": "nord"})
    assert settings.theme == Given("nord", "`LAYERSCOPE_THEME`")
    (problem,) = settings.problems
    assert problem.startswith(f"cannot read `{file}`: ")


def test_a_file_without_permission_is_a_problem(tmp_path, monkeypatch):
    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("layerscope.settings.file.read_small_file", refuse)
    file = tmp_path / "config.toml"
    assert read_settings(file, {}).problems == (f"cannot read `{file}`: Permission denied",)


def themed(text):
    return with_theme(text.encode(), "nord", "f").decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'theme = "nord"\n'),
        ("# mine\nsort = 'size'\n", "theme = \"nord\"\n# mine\nsort = 'size'\n"),
        ("# mine\r\ntheme = 'a' # dark\r\nsort = 'size'\r\n", "# mine\r\ntheme = \"nord\" # dark\r\nsort = 'size'\r\n"),
        ("[keys]\ntheme = 't'\n", "theme = \"nord\"\n[keys]\ntheme = 't'\n"),
        ('sort = """\ntheme = "a"\n"""\n', 'theme = "nord"\nsort = """\ntheme = "a"\n"""\n'),
        ('theme = "nord"', 'theme = "nord"'),
    ],
)
def test_another_theme_leaves_all_else_as_it_is(before, after):
    assert themed(before) == after


@pytest.mark.parametrize("text", ["theme = '''\na'''", "theme = 3", "theme =", '"theme" = "a"'])
def test_what_cannot_be_changed_safely_is_refused_with_what_to_write(text):
    with pytest.raises(LayerscopeError) as raised:
        themed(text)
    assert raised.value.message == "the theme cannot be written into `f`"
    assert raised.value.hint == 'write `theme = "nord"` there by hand'


def test_a_theme_is_kept_in_a_file_that_was_not_there(tmp_path):
    file = tmp_path / "new" / "config.toml"
    keep_theme(file, "nord")
    assert read_settings(file, {}).theme == Given("nord", f"`{file}`, line 1")
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_symlink_stays_one_and_the_permissions_of_its_file_stay(tmp_path):
    real, file = tmp_path / "real", tmp_path / "config.toml"
    real.write_text("theme = 'a'\n")
    real.chmod(0o600)
    file.symlink_to(real)
    keep_theme(file, "nord")
    assert file.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ('theme = "nord"\n', 0o600)


def test_a_theme_is_not_written_over_a_directory(tmp_path):
    with pytest.raises(LayerscopeError, match="it is not a regular file"):
        keep_theme(tmp_path, "nord")
