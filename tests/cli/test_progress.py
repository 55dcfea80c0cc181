import io
import itertools
from types import SimpleNamespace

import pytest

from layerscope.cli import talk
from layerscope.cli.progress import LoadState, Progress
from layerscope.layers.layer_content import BlobStatus, LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.loading import ImageResolved, LayerLoaded, LayerProgress
from support.facts import facts_of


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def image():
    return facts_of([], [], []).image


@pytest.fixture
def terminal(monkeypatch):
    """A terminal below standard error, and a clock that a second passes on at each look."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(talk, "sys", SimpleNamespace(stderr=(terminal := Terminal())))
    monkeypatch.setattr("time.monotonic", itertools.count().__next__)
    return terminal


def state_of(*events):
    state = LoadState()
    for event in events:
        state.note(event)
    return state


def loaded(number, size):
    return LayerLoaded(number, LayerContent(LayerIndex.empty(), BlobStatus.VERIFIED, blob_size=size))


def test_each_layer_in_flight_has_a_bar_and_all_of_them_one(image):
    size = image.layers[1].descriptor.size
    events = (LayerProgress(0, 5), loaded(0, 90), LayerProgress(1, size // 4), LayerProgress(1, size))
    lines = state_of(ImageResolved(image), *events).lines()
    assert [line.split("[")[0].strip() for line in lines] == ["layer 1", "1 of 3 layers"]
    assert lines[0].count("#") == 24
    assert 0 < lines[1].count("#") < 24


def test_a_server_that_sends_more_than_it_promised_does_not_overflow_the_bar(image):
    (line, _) = state_of(ImageResolved(image), LayerProgress(0, 10**9)).lines()
    assert line.count("#") == 24


def test_before_the_image_is_known_there_is_nothing_to_draw():
    assert state_of().lines() == []


def test_what_was_drawn_is_replaced_and_wiped_at_the_end(image, terminal):
    with Progress(LoadState()) as progress:
        progress.note(ImageResolved(image))
        progress.note(LayerProgress(0, 10))
        progress.draw()
        assert terminal.getvalue().startswith("\r\x1b[Jlayer 0")
        progress.note(loaded(0, 90))
        progress.draw()
        assert terminal.getvalue().rpartition("\x1b[1A\r\x1b[J")[2].startswith("1 of 3 layers")
    assert terminal.getvalue().endswith("\r\x1b[J")


def test_a_line_that_stays_is_written_above_the_progress(image, terminal):
    with Progress(LoadState()) as progress:
        progress.note(ImageResolved(image))
        progress.draw()
        talk.warning("slow")
        assert terminal.getvalue().endswith("\r\x1b[Jwarning: slow\n")
        progress.draw()
        assert "layers" in terminal.getvalue().rpartition("\n")[2]


@pytest.mark.parametrize(("stream", "term"), [(io.StringIO, "xterm"), (Terminal, "dumb")])
def test_nothing_is_drawn_where_no_terminal_could_show_it(image, terminal, monkeypatch, stream, term):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(talk, "sys", SimpleNamespace(stderr=(silent := stream())))
    with Progress(LoadState()) as progress:
        progress.note(ImageResolved(image))
        progress.draw()
    assert silent.getvalue() == terminal.getvalue() == ""


def test_a_load_that_is_over_at_once_draws_nothing(image, terminal, monkeypatch):
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    with Progress(LoadState()) as progress:
        progress.note(ImageResolved(image))
        progress.draw()
    assert terminal.getvalue() == ""
