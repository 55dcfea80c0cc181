import pytest

from layerscope.errors import TransportError
from layerscope.registry.http.stall import MIN_RATE, WINDOW, watch


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def drip(clock, size, seconds, count):
    for _ in range(count):
        clock.now += seconds
        yield b"x" * size


def test_a_byte_every_four_seconds_is_given_up():
    clock = Clock()
    with pytest.raises(TransportError, match="`host` is too slow: it sends less than"):
        list(watch(drip(clock, 1, 4.0, 1000), "host", clock))
    assert clock.now <= WINDOW + 4


def test_a_connection_that_dies_late_is_given_up_too():
    clock = Clock()

    def dying():
        yield from drip(clock, 10**6, 0.1, 100)
        yield from drip(clock, 1, 4.0, 1000)

    with pytest.raises(TransportError):
        list(watch(dying(), "host", clock))
    assert clock.now <= 10 + 2 * WINDOW + 8


def test_a_slow_line_is_borne():
    clock = Clock()
    chunks = list(watch(drip(clock, 2 * MIN_RATE, 1.0, 200), "host", clock))
    assert len(chunks) == 200


def test_the_time_that_the_reader_takes_does_not_count():
    clock = Clock()
    received = 0
    for chunk in watch(drip(clock, 10, 0.001, 100), "host", clock):
        clock.now += 60
        received += len(chunk)
    assert received == 1000
