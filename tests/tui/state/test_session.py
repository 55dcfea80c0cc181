"""What is known of an image, as it grows."""

from layerscope.errors import NotFound
from support.browsers import browser_of, empty_session


def test_nothing_is_known_before_the_image_is_there():
    session = empty_session()
    assert (session.layer_count, session.is_complete, session.is_reading, session.unread) == (0, False, False, [])


def test_an_image_that_is_read_whole_is_complete_and_without_problems():
    session = browser_of().session
    assert session.is_complete
    assert session.problems == session.unread == []
    assert session.whole_accounting is session.accounting is not None


def test_a_layer_that_broke_off_is_a_problem_and_takes_the_whole_account_away():
    session = browser_of(broken=[1]).session
    assert [layer.number for layer in session.unread] == [1]
    assert "layer 1 is truncated" in session.problems[0].message
    assert session.accounting is not None
    assert session.whole_accounting is None


def test_an_image_that_cannot_be_opened_has_that_as_its_only_problem():
    session = browser_of(broken=[1]).session
    session.problem = NotFound("no such image")
    assert session.problems == [session.problem]


def test_a_layer_that_is_read_again_takes_all_figures_with_it():
    session = browser_of(broken=[1]).session
    assert [layer.number for layer in session.forget_unread()] == [1]
    assert session.accounting is None
    assert session.change_counts == ()
    assert session.is_reading
    assert not session.is_complete


def test_the_columns_of_the_layers_are_given_away_once_all_are_there():
    session = browser_of().session
    assert [read.content for read in session.contents.values()] == [None] * 3
    assert browser_of(unread=[2]).session.contents[0].content is not None


def test_what_was_received_of_a_read_layer_is_its_whole_blob():
    session = browser_of(unread=[2]).session
    session.received[2] = 7
    assert session.received_size(0) == session.image.layers[0].descriptor.size
    assert session.received_size(2) == 7
