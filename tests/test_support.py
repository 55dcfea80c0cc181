"""The tools of the tests."""

import pytest

from support.waiting import wait_for


def test_a_wait_that_fails_shows_its_condition_and_the_last_output():
    lines = ["starting", "stuck"]
    with pytest.raises(AssertionError) as caught:
        wait_for(lambda: "ready" in lines, output=lambda: "\n".join(lines), patience=0)
    message = str(caught.value)
    assert message.startswith("condition not met within 0 s: ")
    assert '"ready" in lines' in message
    assert message.endswith("the output was:\nstarting\nstuck")
