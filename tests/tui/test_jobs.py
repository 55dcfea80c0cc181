"""Work beside the screen."""

import asyncio
import queue
import threading

import pytest

from layerscope.tui.jobs import LatestWorker, Report


class Doubler(LatestWorker[int, int]):
    """Doubles numbers, when the test lets it; 0 is nothing to say, a negative one a fault."""

    name = "doubler"

    def __init__(self):
        self.reports = queue.Queue()
        self.taken, self.begun, self.gate = [], queue.Queue(), threading.Event()
        super().__init__(self.reports.put)

    def work(self, request):
        self.begun.put(request)
        self.gate.wait(30)
        if request < 0:
            raise ZeroDivisionError
        return 2 * request or None

    def take(self, result):
        self.taken.append(result)


@pytest.fixture
def worker():
    worker = Doubler()
    worker.start()
    yield worker
    worker.gate.set()
    worker.stop()


def deliver(worker):
    asyncio.run(worker.reports.get(timeout=30).deliver())


def test_of_requests_that_wait_only_the_latest_is_answered(worker):
    worker.ask(1)
    assert worker.begun.get(timeout=30) == 1
    worker.ask(2)
    worker.ask(3)
    worker.gate.set()
    deliver(worker)
    deliver(worker)
    assert worker.taken == [2, 6]


def test_nothing_to_say_is_not_reported(worker):
    worker.gate.set()
    worker.ask(0)
    worker.begun.get(timeout=30)
    worker.ask(4)
    deliver(worker)
    assert worker.taken == [8]


def test_a_fault_is_raised_where_the_report_is_taken(worker):
    worker.gate.set()
    worker.ask(-1)
    with pytest.raises(ZeroDivisionError):
        deliver(worker)


def test_what_is_at_work_when_it_is_stopped_is_not_reported(worker):
    worker.ask(1)
    worker.begun.get(timeout=30)
    worker.stop()
    worker.gate.set()
    worker._thread.join(30)
    assert worker.reports.empty()


def test_a_report_replaces_only_older_ones_of_its_subject():
    first, second, other = Report(list, "a"), Report(list, "a"), Report(list, "b")
    assert second.can_replace(first)
    assert not other.can_replace(first)
    assert not Report(list).can_replace(Report(list))
