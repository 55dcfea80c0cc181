import io
import sys

import pytest

from layerscope.cli.progress import LoadProgress, progress_lines
from layerscope.layers.layer_content import BlobStatus, LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.loading import ImageResolved, LayerLoaded, LayerProgress
from support.facts import facts_of


@pytest.fixture
def image():
    return facts_of([], [], []).image


class Terminal(io.StringIO):
    def isatty(self):
        return True


def loaded(number, size):
    return LayerLoaded(number, LayerContent(LayerIndex.empty(), BlobStatus.VERIFIED, blob_size=size))


def test_each_layer_in_flight_has_a_bar_and_all_of_them_one(image):
    size = image.layers[0].descriptor.size
    lines = progress_lines(image, {0: size, 1: size // 2}, {0})
    assert [line.split("[")[0].strip() for line in lines] == ["layer 1", "1 of 3 layers"]
    assert lines[0].count("#") in (11, 12)


def test_a_server_that_sends_more_than_it_promised_does_not_overflow_the_bar(image):
    (line, _) = progress_lines(image, {0: 10**9}, set())
    assert line.count("#") == 24


def test_what_was_drawn_is_wiped_at_the_end(image, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr("time.monotonic", iter(range(100)).__next__)
    with LoadProgress() as progress:
        progress.show(ImageResolved(image))
        progress.show(LayerProgress(0, 10))
        progress.show(LayerProgress(1, 10))
        progress.show(loaded(0, 90))
    drawn = terminal.getvalue()
    assert "layer 1" in drawn
    assert drawn.endswith("\x1b[1A\r\x1b[J")


@pytest.mark.parametrize(("stream", "term"), [(io.StringIO, "xterm"), (Terminal, "dumb")])
def test_nothing_is_drawn_where_no_terminal_could_show_it(image, monkeypatch, stream, term):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", silent := stream())
    monkeypatch.setattr("time.monotonic", iter(range(100)).__next__)
    with LoadProgress() as progress:
        progress.show(ImageResolved(image))
        progress.show(LayerProgress(0, 10))
    assert silent.getvalue() == ""


def test_a_load_that_is_over_at_once_draws_nothing(image, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    with LoadProgress() as progress:
        progress.show(ImageResolved(image))
        progress.show(loaded(0, 10))
    assert terminal.getvalue() == ""
