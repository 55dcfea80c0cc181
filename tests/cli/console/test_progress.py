import io
import itertools
import threading
from types import SimpleNamespace

import pytest

from layerscope.blobs.status import BlobStatus
from layerscope.cli.console import listening, talk
from layerscope.cli.console.progress import LoadState, Progress, draw_wait
from layerscope.cli.console.talk import draw
from layerscope.cli.console.work import interruptible
from layerscope.layers.layer_content import LayerContent
from layerscope.layers.layer_index import LayerIndex
from layerscope.loading import ImageResolved, LayerLoaded, LayerProgress
from layerscope.registry.http.events import Countdown, Waiting
from support.analysis import facts_of


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def image():
    return facts_of([], [], []).image


@pytest.fixture
def terminal(monkeypatch):
    """Standard error as a terminal, and a clock that advances by a second at each reading."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(talk, "sys", SimpleNamespace(stderr=(terminal := Terminal())))
    monkeypatch.setattr("time.monotonic", itertools.count().__next__)
    return terminal


def state_of(*events):
    state = LoadState()
    for event in events:
        state.note(event)
    return state


def loaded(number, size):
    return LayerLoaded(number, LayerContent(LayerIndex(), BlobStatus.VERIFIED, blob_size=size))


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


@pytest.fixture
def seconds(monkeypatch):
    """The countdown's clock, which a test can set: its only item is the seconds."""
    now = [0.0]
    monkeypatch.setattr(listening, "_countdown", Countdown(lambda: now[0]))
    return now


WAIT = Waiting("host", 60.0, "limits the rate of requests")


def test_a_wait_counts_down_below_the_bars_and_goes(image, terminal, seconds):
    with Progress(LoadState()) as progress:
        progress.note(ImageResolved(image))
        listening.show_event(WAIT)
        shown = []
        for seconds[0] in (0.0, 1.0, 59.8, 60.0):
            progress.draw()
            shown.append(terminal.getvalue().rpartition("\x1b[J")[2].splitlines())
    assert [line[:8] for line in (lines[0] for lines in shown)] == ["0 of 3 l"] * 4
    expected = [f"again in {left} s: `host` limits the rate of requests" for left in (60, 59, 1)]
    assert [lines[1:] for lines in shown] == [[expected[0]], [expected[1]], [expected[2]], []]
    assert "warning" not in terminal.getvalue()


@pytest.mark.usefixtures("seconds")
def test_work_without_bars_counts_down_too_and_wipes_that_at_its_end(terminal, monkeypatch):
    drawn = threading.Event()
    monkeypatch.setattr("layerscope.cli.console.talk.draw", lambda lines: draw(lines) or (lines and drawn.set()))

    def work(_cancellation):
        listening.show_event(WAIT)
        assert drawn.wait(30)

    interruptible(work)
    assert "again in 60 s: `host` limits" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[J")


def test_a_wait_is_reported_once_without_a_terminal_to_count_it_down(monkeypatch):
    monkeypatch.setattr(talk, "sys", SimpleNamespace(stderr=(log := io.StringIO())))
    listening.show_event(WAIT)
    draw_wait()
    assert log.getvalue() == "warning: `host` limits the rate of requests: trying again in 60 s\n"


@pytest.mark.usefixtures("seconds")
def test_a_wait_never_wipes_output_that_is_on_its_way_to_the_terminal(terminal):
    with talk.without_progress():
        listening.show_event(WAIT)
        draw_wait()
    assert terminal.getvalue() == "warning: `host` limits the rate of requests: trying again in 60 s\n"


@pytest.mark.parametrize(("stream", "term"), [(io.StringIO, "xterm"), (Terminal, "dumb")])
def test_nothing_is_drawn_if_no_terminal_can_show_it(image, terminal, monkeypatch, stream, term):
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
