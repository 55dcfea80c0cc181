"""Walking through a tree in its order."""

import numpy as np
import pytest
from layerscope.tui.view.walk import Walk

from layerscope.filesystem.outline import outline
from support.loaded import load_layers
from support.small_app import LAYERS


@pytest.mark.parametrize("seed", range(30))
def test_from_any_node_it_goes_to_the_nearest_wanted_ones_in_the_open_tree(seed):
    chance = np.random.default_rng(seed)
    nodes = load_layers(LAYERS).stack.nodes
    wanted = chance.random(nodes.count) < 0.4
    key = chance.integers(0, 4, nodes.count) if seed % 3 else None
    walk = Walk(nodes, wanted, key)
    everything = np.ones(nodes.count, bool)
    rows = outline(nodes, everything, everything, key).tolist()
    for place, node in enumerate(rows):
        assert walk.after(node) == next((other for other in rows[place + 1 :] if wanted[other]), None)
        assert walk.before(node) == next((other for other in rows[:place][::-1] if wanted[other]), None)
