"""One client of a registry for several threads."""

import threading

import pytest

from layerscope.errors import Cancelled
from layerscope.tui.panes.names.shared_client import SharedClient


class Client:
    def __init__(self):
        self.closed = threading.Event()

    def close(self):
        self.closed.set()


def test_all_threads_get_the_same_client():
    shared = SharedClient(Client)
    assert shared.get() is shared.get()


def test_a_client_that_was_interrupted_is_followed_by_another():
    shared = SharedClient(Client)
    first = shared.get()
    shared.interrupt()
    assert first.closed.is_set()
    assert shared.get() is not first
    assert not shared.get().closed.is_set()


def test_nothing_is_given_out_once_it_is_closed():
    shared = SharedClient(Client)
    client = shared.get()
    shared.close()
    assert client.closed.is_set()
    with pytest.raises(Cancelled):
        shared.get()


def test_closing_does_not_wait_for_a_client_in_the_making_which_is_closed_when_it_is_made():
    client, begun, gate = Client(), threading.Event(), threading.Event()

    def connect():
        begun.set()
        gate.wait(30)
        return client

    shared = SharedClient(connect)
    outcome = []

    def work():
        try:
            shared.get()
        except Cancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(30)
    shared.close()
    assert not client.closed.is_set()
    gate.set()
    thread.join(30)
    assert client.closed.is_set()
    assert len(outcome) == 1
