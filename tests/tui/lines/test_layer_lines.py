"""One line for every step of the history."""

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.tui.lines.layer_lines import layer_heading, layer_line
from layerscope.tui.lines.spans import line_width, plain
from layerscope.tui.rows.browser import LayerRow

LAYER = LayerRow(
    1, "RUN /bin/sh -c make # buildkit", 5_940_000, 5_940_000, 20_000_000, 11_000_000, 40_000_000, compared=True
)


def shown(line, width):
    return plain(layer_line(line, width)).rstrip()


def test_a_layer_in_a_wide_pane_has_all_columns():
    assert [plain(layer_heading(60)).rstrip(), shown(LAYER, 60)] == [
        "   #     pull     size  share       instruction",
        "┃  1  5.94 MB  20.0 MB  ━━━╌╌       RUN make",
    ]


def test_a_pull_that_is_unknown_is_a_question_mark():
    row = LayerRow(1, "RUN make", 5_940_000, 5_940_000, 20_000_000, is_pull_known=False)
    assert shown(row, 40).split()[:4] == ["1", "?", "20.0", "MB"]


def test_a_narrow_pane_leaves_out_the_pull_size_and_the_bar():
    assert [plain(layer_heading(32)).rstrip(), shown(LAYER, 32)] == [
        "   #     size  instruction",
        "┃  1  20.0 MB  RUN make",
    ]


def test_a_step_without_a_layer_has_a_dash_and_its_instruction_in_the_same_column():
    step = shown(LayerRow(None, "ENV A=b"), 60)
    assert step.split() == ["-", "ENV", "A=b"]
    assert step.index("ENV") == shown(LAYER, 60).index("RUN")


def test_a_layer_that_is_coming_shows_how_far_it_is():
    coming = LayerRow(0, "COPY", compressed_size=1000, received_size=500)
    assert "━━━───" in shown(coming, 60)
    assert "50 %" in shown(coming, 32)


@pytest.mark.parametrize("status", BlobStatus)
def test_a_layer_that_failed_says_how_in_a_whole_word_and_no_size(status):
    for width in (32, 40, 60):
        line = shown(LayerRow(0, "COPY", compressed_size=5, size=0, failure=status), width)
        assert f" {status} " in line
        assert "0 B" not in line


def test_the_instruction_of_a_layer_that_failed_keeps_its_column():
    failed = shown(LayerRow(0, "COPY", failure="unsupported"), 60)
    assert failed.index("COPY") == shown(LAYER, 60).index("RUN")


def test_the_marked_end_of_a_range_has_a_star():
    assert shown(LayerRow(12, "COPY", size=0, is_anchor=True, compared=True), 60).startswith("┃12*")


def test_a_line_is_never_wider_than_the_pane():
    wide = LayerRow(0, "RUN " + "全" * 100, 1, 1, 1, 1)
    for width in range(80):
        assert line_width(layer_heading(width)) <= max(width, 32), width
        assert line_width(layer_line(wide, max(width, 20))) <= max(width, 34), width


def test_build_arguments_follow_the_instruction_and_are_dim():
    line = layer_line(LayerRow(1, "|1 TOKEN=secret /bin/sh -c make"), 120)
    assert [span for span in line if "secret" in span.text] == [(" # build arguments: TOKEN=secret", "faint")]
