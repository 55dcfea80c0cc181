"""Many paths are looked up at once."""

from hypothesis import given, strategies as st

from layerscope.filesystem.naming import name_nodes
from layerscope.filesystem.path_table import PathTable
from layerscope.layers.byte_strings import ByteStrings

PATHS = st.lists(st.sampled_from([b"a", b"b", b"a-", b"\xff"]), max_size=4).map(b"/".join)


@given(st.lists(PATHS, max_size=20), st.lists(PATHS, max_size=20))
def test_each_path_has_its_node_and_a_path_of_no_layer_has_none(paths, wanted):
    nodes = name_nodes([ByteStrings.of(paths)], ByteStrings.of(())).nodes
    numbers = {path: number for number, path in enumerate(nodes.paths)}
    assert PathTable(nodes).find(wanted).tolist() == [numbers.get(path, -1) for path in wanted]
