import csv
import io

from layerscope.report.waste_csv import COLUMNS, waste_csv
from support.analysis import facts_of
from support.layer_indexes import file, whiteout


def rows_of(analysis):
    return list(csv.DictReader(io.StringIO(waste_csv(analysis), newline="")))


def test_there_is_one_row_for_each_dead_version_under_one_header():
    rows = rows_of(facts_of([file("a", b"123")], [file("a", b"45")], [whiteout("a")]))
    assert [(row["path"], row["size"], row["fate"], row["killedBy"]) for row in rows] == [
        ("/a", "3", "overwritten", "1"),
        ("/a", "2", "deleted", "2"),
    ]


def test_an_image_without_waste_has_the_header_alone():
    assert waste_csv(facts_of([file("a", b"1")])) == ",".join(COLUMNS) + "\r\n"


def test_a_command_is_never_a_formula_and_never_breaks_a_row():
    analysis = facts_of([file("a", b"1")], [whiteout("a")], commands=["=HYPERLINK(1)", '@x\n"quoted", \x1b[31m'])
    (row,) = rows_of(analysis)
    assert row["layerCommand"] == "'=HYPERLINK(1)"
    assert row["command"] == '\'@x\\n"quoted", \\x1b[31m'
