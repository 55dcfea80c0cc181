from layerscope.report.markdown import escape, markdown_report
from support.analysis import facts_of
from support.layer_indexes import file, whiteout


def test_it_has_the_waste_its_cause_and_the_change_to_make():
    text = markdown_report(
        facts_of([file("big", b"x" * 3000)], [whiteout("big")], commands=["RUN make", "RUN rm /big"])
    )
    assert "**0.0 % live, 3.00 kB of 3.00 kB wasted**" in text
    assert "| 3.00 kB | deleted | 0 | 1 | `/big` | `RUN rm /big` |" in text
    assert (
        "- **3.00 kB** in layer 0, wasted since layer 1: files created in one layer and deleted in a later one (`/big`)."
        in text
    )


def test_every_row_of_a_table_has_as_many_cells_as_its_heading():
    analysis = facts_of([file("a|b`c", b"1")], [whiteout("a|b`c")], commands=["RUN a | b && `c`", "RUN x || y"])
    tables = [block.strip().split("\n") for block in markdown_report(analysis).split("\n\n") if block.startswith("|")]
    assert len(tables) == 3
    for lines in tables:
        assert {line.replace("\\|", "").count("|") for line in lines} == {lines[0].count("|")}


def test_text_from_outside_is_no_markup():
    assert escape("[x](javascript:1) <b> \x1b[1m") == r"\[x\](javascript:1) \<b\> \\x1b\[1m"
