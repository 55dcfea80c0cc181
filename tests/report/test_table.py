from hypothesis import given, strategies as st

from layerscope.report.table import Column, cell_width, cut, cut_start, table

COLUMNS = (Column("#", is_figure=True), Column("digest"), Column("size", is_figure=True), Column("instruction"))
ROWS = [("0", "sha256:ab", "170 MB", "ADD debian.tar in /"), ("10", "sha256:cdef", "0 B", "RUN rm -rf /var/lib/apt")]


def test_figures_stand_to_the_right_and_words_to_the_left():
    assert table(COLUMNS, ROWS) == [
        " #  digest         size  instruction",
        " 0  sha256:ab    170 MB  ADD debian.tar in /",
        "10  sha256:cdef     0 B  RUN rm -rf /var/lib/apt",
    ]


def test_on_a_terminal_the_last_column_ends_in_an_ellipsis_at_its_edge():
    assert table(COLUMNS, ROWS, width=40)[1:] == [
        " 0  sha256:ab    170 MB  ADD debian.tar…",
        "10  sha256:cdef     0 B  RUN rm -rf /va…",
    ]


def test_a_table_without_rows_is_its_heading():
    assert table(COLUMNS, []) == ["#  digest  size  instruction"]


def test_wide_and_combining_characters_keep_the_columns_aligned():
    rows = [("日本", "1 B"), ("abcd", "2 B"), ("e\u0301", "3 B")]
    lines = table((Column("name"), Column("size", is_figure=True)), rows)
    assert [cell_width(line) for line in lines] == [10, 10, 10, 10]


@given(st.text(alphabet="ab日本e\u0301…", max_size=30), st.integers(1, 40))
def test_cut_text_never_takes_more_cells_than_it_may(text, width):
    assert cell_width(cut(text, width)) <= width


@given(st.text(alphabet="ab日本e\u0301…", max_size=30), st.integers(1, 40))
def test_the_end_of_a_text_never_takes_more_cells_than_it_may(text, width):
    assert cell_width(cut_start(text, width)) <= width
    assert cut_start(text, 80) == text


def test_the_end_of_a_text_is_kept():
    assert cut_start("/var/lib/apt/lists", 8) == "…t/lists"
