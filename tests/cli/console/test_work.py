import os
import signal
import subprocess
import sys
import threading

import pytest

from layerscope.cli.console.work import interruptible
from layerscope.errors import NotFound
from support.fake_registry import Reply
from support.images import build_image


def test_the_result_of_the_work_is_returned():
    assert interruptible(lambda _cancellation: 5) == 5


def test_the_error_of_the_work_is_raised():
    def work(_cancellation):
        raise NotFound("gone")

    with pytest.raises(NotFound, match="gone"):
        interruptible(work)


def test_an_interrupt_cancels_the_work_and_closes_what_it_waits_for():
    closed, ended = threading.Event(), threading.Event()

    def work(cancellation):
        os.kill(os.getpid(), signal.SIGINT)
        closed.wait(30)
        with pytest.raises(Exception, match="cancelled"):
            cancellation.check()
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        interruptible(work, closed.set)
    assert ended.wait(30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_middle_of_a_layer_that_never_comes_is_answered(fake_registry, number):
    """The server keeps the connection open and sends no more: the program must not wait for it."""
    image = build_image([[("a", b"a" * 5000)]])
    arrived, release = threading.Event(), threading.Event()

    def never_ending():
        yield b"\x1f\x8b"
        arrived.set()
        release.wait(60)

    fake_registry.serve(image)
    (layer,) = (layer["digest"] for layer in image.manifest["layers"])
    fake_registry.on("GET", f"/v2/app/blobs/{layer}", Reply(chunks=never_ending()))
    command = [sys.executable, "-m", "layerscope", "layers", str(fake_registry.reference())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert arrived.wait(30)
        process.send_signal(number)
        out, errors = process.communicate(timeout=10)
    release.set()
    assert out == ""
    assert (process.returncode, errors) == {
        signal.SIGINT: (2, "error: interrupted\n"),
        signal.SIGTERM: (143, "error: stopped by SIGTERM\n"),
    }[number]
