"""What a registry has said."""

from layerscope.registry.http.events import Notice, RateLimit, Waiting
from layerscope.tui.state.registry_news import RegistryNews


def test_a_notice_is_to_be_said_once_and_nothing_of_it_stays():
    news = RegistryNews()
    assert news.take(Notice("maintenance at noon")) == "maintenance at noon"
    assert (news.limit, news.countdown.words) == ("", "")


def test_a_wait_is_counted_down_and_a_limit_stays():
    news = RegistryNews()
    assert news.take(Waiting("host", 7, "is overloaded")) == ""
    assert "again in 7 s: `host` is overloaded" in news.countdown.words
    assert news.take(RateLimit("host", 100, 3, 21600)) == ""
    assert news.limit == "to 100 in 6 h, 3 left"
