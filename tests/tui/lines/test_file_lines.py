"""One line for every node of the tree."""

import pytest

from layerscope.tui.lines.file_lines import Columns, file_heading, file_line
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.rows.file_rows import FileRow
from layerscope.tui.state.view_state import ALL_COLUMNS, ATTRIBUTES


def file(**changes):
    values = {
        "name": (b"passwd", b"", b""),
        "depth": 2,
        "sign": "~",
        "look": "modified",
        "mode": "-rw-r--r--",
        "owner": "0:42",
        "size": 1_500,
        "removed_size": 0,
        "compressed_size": 700,
        "total_size": 6_000,
        "opened": None,
        "is_directory": False,
        **changes,
    }
    return FileRow(**values)


def shown(line, width):
    return plain(file_line(line, width, Columns.for_width(width, ALL_COLUMNS))).rstrip()


def test_a_wide_pane_has_all_columns():
    columns = Columns.for_width(80, ALL_COLUMNS)
    assert [plain(file_heading(80, columns)).rstrip(), shown(file(note="(mode)"), 80)] == [
        "  mode            owner     size     pull            name",
        "~ -rw-r--r--       0:42  1.50 kB    700 B  ━╸      │ │   passwd  (mode)",
    ]


@pytest.mark.parametrize("measure", ["size", "wasted", "pull"])
def test_the_column_of_sizes_is_headed_by_what_it_measures(measure):
    for width in (30, 50, 80):
        columns = Columns.for_width(width, ALL_COLUMNS, measure=measure)
        heading, line = plain(file_heading(width, columns)), plain(file_line(file(), width, columns))
        assert heading.index(measure) + len(measure) == line.index("1.50 kB") + len("1.50 kB"), width


@pytest.mark.parametrize(
    ("width", "text"), [(60, "~ -rw-r--r--  1.50 kB  ━╸      │ │   passwd"), (40, "~ 1.50 kB  │ │   passwd")]
)
def test_a_narrow_pane_leaves_out_owner_then_bar_then_mode(width, text):
    assert shown(file(), width) == text


def test_removed_bytes_have_a_column_of_their_own():
    columns = Columns.for_width(70, ALL_COLUMNS - ATTRIBUTES, removed=True, measure="+size")
    both = file(size=4, removed_size=60_000, total_size=60_004)
    assert [plain(line).rstrip() for line in (file_heading(60, columns), file_line(both, 60, columns))] == [
        "    +size    -size     pull            name",
        "~     4 B  60.0 kB    700 B  ━━━━━━  │ │   passwd",
    ]
    gone = file(sign="-", size=0, removed_size=60_000, compressed_size=0, total_size=60_004)
    assert plain(file_line(gone, 60, columns)).rstrip() == "-          60.0 kB           ━━━━━━  │ │   passwd"


def test_without_attributes_the_bar_stays():
    columns = Columns.for_width(50, ALL_COLUMNS - ATTRIBUTES)
    assert plain(file_line(file(), 50, columns)).rstrip() == "~ 1.50 kB  ━╸      │ │   passwd"


def test_a_directory_has_a_marker_that_says_whether_it_is_open():
    assert "▾ etc" in shown(file(name=(b"etc", b"", b""), opened=True), 60)
    assert "▸ etc" in shown(file(name=(b"etc", b"", b""), opened=False), 60)


def test_a_symlink_has_its_target_and_no_size():
    line = shown(file(name=(b"bin", b"", b""), size=None, link=b"usr/bin"), 60)
    assert line.endswith("bin → usr/bin")
    assert "B" not in line


def test_what_a_search_found_is_a_span_of_its_own():
    spans = file_line(file(name=(b"pa", b"ss", b"wd")), 60, Columns.for_width(60, ALL_COLUMNS))
    assert [span.text for span in spans if "match" in span.style] == ["ss"]


@pytest.mark.parametrize("depth", [0, 5, 50, 2000])
def test_however_deep_a_file_lies_its_name_can_be_seen(depth):
    assert "passwd" in shown(file(depth=depth), 60)


def test_a_line_is_never_wider_than_the_pane():
    wide = file(name=("全".encode() * 200, b"", b""), link="全".encode() * 200, note="(content)")
    for width in range(20, 100):
        assert line_width(file_line(wide, width, Columns.for_width(width, ALL_COLUMNS))) <= width, width
