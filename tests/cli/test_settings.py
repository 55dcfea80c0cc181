"""The settings of the user, as commands take them."""

import pytest

from layerscope.cli.main import main


@pytest.fixture
def file(monkeypatch, tmp_path):
    """The file of the settings, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "layerscope").mkdir()
    return tmp_path / "layerscope" / "config.toml"


def test_an_error_in_the_file_is_a_warning_and_the_command_goes_on(cli, app, file):
    file.write_text("sort = 'size'\ncache_size = 'much'\n")
    outcome = cli("layers", app.name)
    assert outcome.code == 0
    assert outcome.lines
    assert (
        outcome.err
        == f'warning: `{file}`, line 2: the value of `cache_size` is not a size; write, for example, "2GB"\n'
    )


def test_the_warning_comes_once_if_a_command_reads_two_images(cli, app, file):
    file.write_bytes(b"\xff")
    assert cli("diff", app.name, app.name).err == f"warning: `{file}`, line 1: it is not UTF-8 text\n"


@pytest.mark.parametrize("where", ["file", "variable"])
def test_the_cache_keeps_no_more_than_the_settings_allow(cli, app, file, monkeypatch, where):
    if where == "file":
        file.write_text("cache_size = 10\n")
    else:
        monkeypatch.setenv("LAYERSCOPE_CACHE_SIZE", "10")
    assert cli("layers", app.name).code == 0
    assert all(row["kind"] != "layer" for row in cli("cache", "list", "--json").json)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["tags", "a/Upper"], ["cache", "path"]])
def test_a_command_that_needs_no_setting_does_not_read_the_file(file, arguments, monkeypatch, capsys):
    file.write_bytes(b"\xff")
    monkeypatch.setattr("layerscope.settings.file.read_settings", lambda *_: pytest.fail("it was read"))
    main(arguments)
    assert "warning" not in capsys.readouterr().err
