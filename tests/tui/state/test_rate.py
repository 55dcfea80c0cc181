"""How fast bytes arrive."""

from layerscope.tui.state.rate import Rate


def test_the_rate_is_that_of_the_last_seconds():
    rate = Rate()
    for second in range(11):
        rate.add(second, 1000 * second if second < 5 else 5000 + 100 * (second - 5))
    assert rate.value == 100
    assert rate.time_left(6000) == "60 s left"
    assert rate.time_left(60_000) == "10 min left"


def test_without_a_rate_there_is_no_time_left():
    assert not Rate().time_left(100)
