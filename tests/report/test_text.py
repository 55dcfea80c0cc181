import pytest

from layerscope.report.overview import overview_lines
from layerscope.report.rows import history_rows, layer_rows, waste_rows
from layerscope.report.table import cell_width
from layerscope.report.text import history_lines, image_lines, layer_lines, waste_lines
from support.analysis import facts_of
from support.layer_indexes import directory, file, whiteout

LONG = "/bin/sh -c apt-get update   && " + "apt-get install -y something-long && " * 9 + "echo \x1b[31m日本"


@pytest.fixture(scope="module")
def analysis():
    return facts_of(
        [directory("usr"), file("usr/a", b"a" * 5000), file("usr/" + "long" * 60, b"b" * 100)],
        [whiteout("usr"), file("b", b"b")],
        commands=[LONG, "RUN /bin/sh -c rm -rf /usr # buildkit"],
    )


def pages(analysis, width):
    return {
        "image": image_lines(analysis, width),
        "layers": layer_lines(layer_rows(analysis), width),
        "history": history_lines(history_rows(analysis), width),
        "waste": waste_lines(waste_rows(analysis), width),
        "overview": overview_lines(analysis, width),
    }


@pytest.mark.parametrize("page", ["image", "layers", "history", "waste", "overview"])
def test_no_line_is_wider_than_the_terminal(analysis, page):
    for width in (80, 120, 200):
        assert max(map(cell_width, pages(analysis, width)[page])) <= width


@pytest.mark.parametrize("page", ["image", "layers", "history", "waste", "overview"])
def test_nothing_from_outside_can_steer_a_terminal(analysis, page):
    assert all(line.isprintable() for line in pages(analysis, None)[page])


def test_a_pipe_gets_the_whole_instruction_and_a_terminal_its_start(analysis):
    whole = layer_lines(layer_rows(analysis))[1]
    assert whole.endswith("echo \\x1b[31m日本")
    assert "sha256:" in whole
    cut = layer_lines(layer_rows(analysis), 100)[1]
    assert cut.endswith("…")
    assert "RUN apt-get update && apt-get" in cut
