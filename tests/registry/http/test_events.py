from layerscope.registry.http.events import Countdown, Waiting


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_wait_counts_down_to_the_next_try_and_is_over_then():
    clock = Clock()
    countdown = Countdown(clock)
    countdown.start(Waiting("host", 10.0, "is overloaded"))
    assert countdown.words == "again in 10 s: `host` is overloaded"
    clock.now += 9.7
    assert countdown.words == "again in 1 s: `host` is overloaded"
    clock.now += 0.3
    assert countdown.words == ""


def test_of_several_waits_the_last_one_counts_until_it_is_stopped():
    countdown = Countdown(Clock())
    assert countdown.words == ""
    countdown.start(Waiting("a", 10.0, "failed"))
    countdown.start(Waiting("b", 5.0, "failed"))
    assert countdown.words == "again in 5 s: `b` failed"
    countdown.stop()
    assert countdown.words == ""
