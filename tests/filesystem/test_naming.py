import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from layerscope.errors import DamagedLayer
from layerscope.filesystem.naming import name_nodes
from layerscope.layers.byte_strings import ByteStrings

NAMES = st.one_of(
    st.sampled_from(
        [b"a", b"b", b"a-", b"a.b", b"\xff", b"\x01", b"eightbyt", b"eightbytes", b"eightbytes-and-more", b"eightbyts"]
    ),
    st.binary(min_size=1, max_size=20).map(lambda name: name.replace(b"/", b"_").replace(b"\0", b"-")),
)
PATHS = st.lists(NAMES, max_size=5).map(b"/".join)
COLUMNS = st.lists(st.lists(PATHS, max_size=20), max_size=4)


def named(columns, asked=()):
    return name_nodes([ByteStrings.of(column) for column in columns], ByteStrings.of(asked))


def with_parents(paths):
    found = {b""}
    for path in paths:
        parts = path.split(b"/")
        found.update(b"/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return found


@given(COLUMNS)
@settings(max_examples=400)
def test_nodes_are_all_paths_and_their_parents_in_the_order_of_a_walk(columns):
    nodes = named(columns).nodes
    expected = with_parents(path for column in columns for path in column)
    assert list(nodes.paths) == sorted(expected, key=lambda path: path.split(b"/") if path else [])


@given(COLUMNS, st.lists(PATHS, max_size=5))
@settings(max_examples=200)
def test_every_path_has_the_node_of_its_name_and_an_unknown_path_has_no_node(columns, asked):
    naming = named(columns, asked)
    numbers = {path: number for number, path in enumerate(naming.nodes.paths)}
    assert naming.files.tolist() == [numbers[path] for column in columns for path in column]
    assert naming.asked.tolist() == [numbers.get(path, -1) for path in asked]


@given(COLUMNS)
@settings(max_examples=200)
def test_a_subtree_is_one_range_below_its_parent(columns):
    nodes = named(columns).nodes
    paths = list(nodes.paths)
    for number, path in enumerate(paths):
        below = [other for other, name in enumerate(paths) if not path or name == path or name.startswith(path + b"/")]
        assert below == list(range(number, nodes.ends[number]))
        assert nodes.depths[number] == (path.count(b"/") + 1 if path else 0)
        assert nodes.parents[number] == (paths.index(path.rpartition(b"/")[0]) if path else -1)


@pytest.mark.parametrize("length", [7, 8, 9, 16, 255, 4096])
def test_long_names_that_differ_in_their_last_byte_alone_stay_apart(length):
    first, second = b"x" * (length - 1) + b"a", b"x" * (length - 1) + b"b"
    naming = named([[second, first], [first]])
    assert list(naming.nodes.paths) == [b"", first, second]
    assert naming.files.tolist() == [2, 1, 1]


def test_no_path_at_all_is_the_root_alone():
    naming = named([])
    assert (list(naming.nodes.paths), naming.nodes.ends.tolist()) == ([b""], [1])
    assert naming.files.dtype == np.int32


def test_directories_beyond_any_file_system_are_refused_before_they_fill_the_memory():
    deep = [b"%d/" % number + b"/".join([b"d"] * 2000) for number in range(200)]
    with pytest.raises(DamagedLayer, match="directories"):
        named([deep])
