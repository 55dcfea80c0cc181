import csv

from layerscope.cli.commands.reading import FORMATS
from layerscope.report.formats import REPORTS


def test_export_has_the_members_of_the_contract(cli, app):
    report = cli("export", app.name, "--format", "json").json
    assert list(report) == ["schemaVersion", "image", "layers", "history", "waste", "warnings"]
    assert report["schemaVersion"] == 1
    assert report["layers"] == cli("layers", app.name, "--json").json
    assert report["history"] == cli("history", app.name, "--json").json[::-1]


def test_export_after_a_layer_reports_on_the_image_without_the_layers_above(cli, app):
    whole, cut = (cli("export", app.name, *more).json for more in ([], ["--after", 1]))
    assert [row["digest"] for row in cut["layers"]] == [row["digest"] for row in whole["layers"][:2]]
    assert [row["layer"] for row in cut["history"]] == [0, None, 1]
    assert (cut["image"]["afterLayer"], whole["image"]["afterLayer"]) == (1, None)
    assert cut["image"]["deletedSize"] == 0 < whole["image"]["deletedSize"]
    assert cut["image"]["size"] == sum(row["size"] for row in cut["layers"])
    assert " after layer 1\n" in cli("export", app.name, "--after", 1, "--format", "markdown").out
    assert cli("export", app.name, "--after", 3).code == 2


def test_export_into_a_file_writes_what_it_would_print(cli, app, tmp_path):
    target = tmp_path / "report.json"
    outcome = cli("export", app.name, "-o", target)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert target.read_text() == cli("export", app.name).out == cli("export", app.name, "-o", "-").out


def test_a_directory_that_is_not_there_is_an_error_that_names_the_file(cli, app, tmp_path):
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
