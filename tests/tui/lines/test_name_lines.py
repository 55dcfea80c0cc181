"""Lines of a list of tags, as text."""

import pytest

from layerscope.errors import NotFound
from layerscope.oci import Digest
from layerscope.registry.api.tag_summary import TagSummary
from layerscope.tui.lines.fields import time_text
from layerscope.tui.lines.name_lines import Columns, platforms_text, repository_line, tag_details, tag_heading, tag_line
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.rows.name_browser import NameRow

DIGEST = Digest.parse("sha256:" + "0123456789abcdef" * 4)


def summary(tag="latest", size=411_000_000, created="2024-05-06T07:08:09Z", platforms=("linux/amd64",)):
    return TagSummary(tag, DIGEST, "application/vnd.oci.image.manifest.v1+json", size, created, platforms)


def drawn(width, *lines, longest=12):
    columns = Columns.for_width(width, longest)
    return [
        plain(line).rstrip() for line in (tag_heading(width, columns), *(tag_line(x, width, columns) for x in lines))
    ]


def test_a_tag_has_its_details_below_the_heads_of_the_columns():
    assert drawn(75, NameRow("latest", tag=summary(), growth=1_200_000)) == [
        " tag              pull    change  created     platforms        digest",
        " latest         411 MB  +1.20 MB  2024-05-06  linux/amd64      0123456789ab",
    ]


def test_a_wide_pane_has_room_for_the_time_and_for_platforms():
    many = ("linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x")
    assert drawn(110, NameRow("latest", tag=summary(platforms=many), growth=-5))[1] == (
        " latest         411 MB      -5 B  2024-05-06 07:08  linux/amd64, linux/arm64, linux/arm/v7 +1     0123456789ab"
    )


def test_a_marked_tag_has_a_star():
    assert drawn(40, NameRow("latest", tag=summary(), is_mark=True))[1].startswith("*latest ")


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (64, "tag pull created platforms digest"),
        (55, "tag pull created platforms"),
        (40, "tag pull created"),
        (20, "tag pull"),
    ],
)
def test_the_rightmost_columns_are_left_out_first_if_there_is_no_room(width, heads):
    assert drawn(width)[0].split() == heads.split()


@pytest.mark.parametrize("longest", [0, 6, 128])
def test_no_line_is_wider_than_the_pane(longest):
    rows = [NameRow("n" * longest, (0, 1), tag) for tag in (None, summary(), NotFound("gone" * 50))]
    for width in range(19, 160):
        columns = Columns.for_width(width, longest)
        assert all(line_width(tag_line(row, width, columns)) <= width for row in rows), width
        assert line_width(tag_heading(width, columns)) == width, width


def test_what_is_not_known_is_left_open():
    assert drawn(75, NameRow("v1"))[1] == " v1"
    assert drawn(75, NameRow("v1", tag=summary(size=None, created="", platforms=())))[1].split() == [
        "v1",
        "-",
        "-",
        "-",
        "0123456789ab",
    ]


def test_a_tag_that_cannot_be_read_says_why():
    assert drawn(60, NameRow("v1", tag=NotFound("it is [b]gone\x1b[2J")))[1] == " v1            it is [b]gone\\x1b[2J"


def test_text_of_the_registry_cannot_reach_the_terminal():
    line = drawn(100, NameRow("v1", tag=summary(created="\x1b]52;c;UFdORUQ=\x07", platforms=("linux/\x9b31m\u202e",))))[
        1
    ]
    assert "\\x1b]52;c" in line
    assert line.isprintable()


def test_what_a_search_found_is_marked():
    spans = repository_line(NameRow("library/alpine", (8, 11)), 40)
    assert [span.text for span in spans if "match" in span.style] == ["alp"]
    assert plain(spans).rstrip() == " library/alpine"


@pytest.mark.parametrize(
    ("width", "text"),
    [(40, "linux/amd64, linux/arm64"), (20, "linux/amd64 +1"), (14, "linux/amd64 +1"), (8, "linux/a…")],
)
def test_platforms_that_have_no_room_are_counted(width, text):
    assert platforms_text(("linux/amd64", "linux/arm64"), width) == text


def test_the_details_of_a_tag_are_complete():
    lines = [plain(line) for line in tag_details("localhost:5000/app:latest", summary(), 100)]
    assert lines == [
        "reference   localhost:5000/app:latest",
        f"digest      {DIGEST}",
        "media type  application/vnd.oci.image.manifest.v1+json",
        "pull        411 MB, 411,000,000 bytes",
        "created     2024-05-06 07:08:09 UTC",
        "platforms   linux/amd64",
    ]


def test_the_details_of_a_tag_that_cannot_be_read_have_the_hint():
    lines = [plain(line) for line in tag_details("app:1", NotFound("it is gone", hint="look elsewhere"), 60)]
    assert lines == ["reference   app:1", "", "it is gone", "", "hint: look elsewhere"]


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday"])
def test_a_time_that_no_calendar_has_is_shown_as_it_stands(text):
    assert time_text(text) == text
