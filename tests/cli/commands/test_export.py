import csv
import os
import stat
from pathlib import Path

import pytest

from layerscope.cli.commands.export import FORMATS
from layerscope.cli.console.output_file import replace_file
from layerscope.errors import LayerscopeError
from layerscope.report.formats import REPORTS


def test_export_has_the_members_of_the_contract(cli, app):
    report = cli("export", app.name, "--format", "json").json
    assert list(report) == ["schemaVersion", "image", "layers", "history", "waste", "warnings"]
    assert report["schemaVersion"] == 1
    assert report["layers"] == cli("layers", app.name, "--json").json
    assert report["history"] == cli("history", app.name, "--json").json[::-1]


def test_export_into_a_file_writes_what_it_would_print(cli, app, tmp_path):
    target = tmp_path / "report.json"
    outcome = cli("export", app.name, "-o", target)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert target.read_text() == cli("export", app.name).out == cli("export", app.name, "-o", "-").out


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


def test_a_target_that_is_not_a_regular_file_is_written_to_and_not_replaced():
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


def test_a_missing_directory_is_an_error_that_names_the_file(cli, app, tmp_path):
    outcome = cli("export", app.name, "-o", tmp_path / "no" / "report")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"error: cannot write `{tmp_path}/no/report`: No such file or directory\n"


def test_every_format_that_can_be_asked_for_can_be_written(cli, app):
    assert set(FORMATS) == set(REPORTS)
    for kind in FORMATS:
        outcome = cli("export", app.name, "--format", kind)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.endswith("\n")
        assert not outcome.out.endswith("\n\n")


def test_the_csv_has_a_row_for_each_wasted_version(cli, app, tmp_path):
    cli("export", app.name, "--format", "csv", "-o", tmp_path / "waste.csv")
    with (tmp_path / "waste.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == [row["path"] for row in cli("waste", app.name, "--json").json]


def test_dive_json_has_dive_s_members(cli, app):
    report = cli("export", app.name, "--format", "dive-json").json
    assert list(report) == ["layer", "image"]
    assert [layer["digestId"] for layer in report["layer"]] == [
        row["diffId"] for row in cli("layers", app.name, "--json").json
    ]
