"""Promises of marks: what they drop, and what they hold."""

from hypothesis import given, strategies as st

from layerscope.insight.marks import Changes, Extent, Mark

PATHS = st.sampled_from([b"", b"a", b"a/b", b"ab", b"a/b/c"])
MARKS = st.builds(Mark, PATHS, st.integers(0, 3), st.integers(0, 3), st.sampled_from(Extent))
CHANGES = st.one_of(MARKS, st.integers(0, 3), st.tuples(st.integers(0, 2), st.integers(2, 4)))


@given(st.lists(CHANGES, max_size=8), CHANGES)
def test_a_change_that_is_toggled_twice_is_as_it_was(made, change):
    changes = Changes()
    for one in made:
        changes = changes.toggled(one)
    again = changes.toggled(change).toggled(change)
    assert (set(again.marks), set(again.layers), set(again.squashed)) == (
        set(changes.marks),
        set(changes.layers),
        set(changes.squashed),
    )
    assert abs(changes.toggled(change).count - changes.count) == 1


@given(st.sets(MARKS, max_size=5))
def test_a_mark_below_another_one_that_drops_more_is_no_top(marks):
    changes = Changes(tuple(marks))
    held = {one for one in marks for other in marks if other != one and other.holds(one)}
    assert set(changes.tops) == marks - held


@given(PATHS, PATHS)
def test_a_mark_covers_its_path_and_what_is_below_it(path, other):
    is_below = (other + b"/").startswith(path + b"/") or not path
    assert Mark(path, 0, 0).covers(other) == is_below


@given(st.integers(0, 5))
def test_the_layers_of_a_range_are_squashed(layer):
    assert Changes(squashed=((1, 3),)).is_squashed(layer) == (1 <= layer <= 3)
