"""The pull sizes of tags: their changes over time, and what one costs on top of another."""

from hypothesis import given, strategies as st

from layerscope.oci import Digest
from layerscope.registry.api.tag_summary import TagSummary
from layerscope.report.tag_sizes import MATRIX_COUNT, bar, changes, matrix_lines, matrix_rows, plot_lines, signed_size

BLOBS = [Digest.of(bytes([number])) for number in range(6)]


def tag(name, created="", **layers):
    """A tag with layers named by a letter, as `a=1000`."""
    known = {BLOBS["abcdef".index(letter)]: size for letter, size in layers.items()}
    return TagSummary(name, BLOBS[0], "", sum(known.values()), created, (), known)


V1 = tag("v1", "2024-01-01T00:00:00Z", a=5000, b=1000)
V2 = tag("v2", "2024-02-01T00:00:00Z", a=5000, c=3000)
V3 = tag("v3", "2024-03-01T00:00:00Z", a=5000, c=3000)
NO_IMAGE = TagSummary("windows", BLOBS[5], "", None, "", ())


def test_a_change_is_that_since_the_image_created_before():
    found = changes([V2, V1, V3, NO_IMAGE])
    assert found == {
        "v1": {"previousTag": None, "compressedSizeDelta": None},
        "v2": {"previousTag": "v1", "compressedSizeDelta": 2000},
        "v3": {"previousTag": "v2", "compressedSizeDelta": 0},
    }


def test_without_creation_times_the_order_of_the_tags_is_that_of_time():
    found = changes([tag("a", a=1), V2, tag("c", a=9)])
    assert {name: row["previousTag"] for name, row in found.items()} == {"a": None, "v2": "a", "c": "v2"}


def test_the_plot_has_a_bar_for_each_tag_and_its_change():
    assert plot_lines([V3, V1, V2], 40) == [
        "tag     pull    change",
        "v1   6.00 kB         -  ████████████",
        "v2   8.00 kB  +2.00 kB  ████████████████",
        "v3   8.00 kB         =  ████████████████",
    ]
    assert plot_lines([NO_IMAGE]) == ["no tag has an image for the platform"]


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(4, 200))
def test_a_bar_never_leaves_its_column_and_is_empty_for_nothing_only(part, whole, width):
    drawn = bar(min(part, whole), whole, width)
    assert len(drawn) <= width
    assert bool(drawn) == (part > 0)


def test_to_pull_a_tag_costs_the_layers_that_the_other_does_not_have():
    rows = {(row["having"], row["tag"]): row["pullSize"] for row in matrix_rows([V1, V2, V3])}
    assert rows == {
        ("v1", "v2"): 3000,
        ("v1", "v3"): 3000,
        ("v2", "v1"): 1000,
        ("v2", "v3"): 0,
        ("v3", "v1"): 1000,
        ("v3", "v2"): 0,
    }


def test_the_matrix_has_a_line_for_each_tag_and_one_for_nothing():
    assert matrix_lines([V1, V2]) == [
        "already pulled       v1       v2",
        "nothing         6.00 kB  8.00 kB",
        "v1                    -  3.00 kB",
        "v2              1.00 kB        -",
    ]


def test_the_matrix_of_text_has_the_newest_tags_only():
    tags = [tag(f"v{number:02}", f"2024-01-{number:02}T00:00:00Z", a=number) for number in range(1, 31)]
    heading, *lines = matrix_lines(tags)
    assert heading.split()[2:] == [f"v{number}" for number in range(31 - MATRIX_COUNT, 31)]
    assert len(lines) == MATRIX_COUNT + 1


def test_a_change_has_its_sign():
    assert [signed_size(delta) for delta in (None, 0, 1200, -3)] == ["-", "=", "+1.20 kB", "-3 B"]


def test_no_tags_have_no_changes():
    assert changes([]) == {}
