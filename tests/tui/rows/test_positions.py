"""Walking through a tree in its order."""

import numpy as np

from layerscope.filesystem.visible_rows import visible_rows
from layerscope.tui.rows.positions import Walk
from support.loaded import load_layers
from support.small_app import LAYERS


def test_from_any_node_it_goes_to_the_nearest_wanted_ones_in_the_open_tree():
    nodes = load_layers(LAYERS).stack.nodes
    everything = np.ones(nodes.count, bool)
    for seed in range(30):
        chance = np.random.default_rng(seed)
        wanted = chance.random(nodes.count) < 0.4
        key = chance.integers(0, 4, nodes.count) if seed % 3 else None
        walk = Walk(nodes, wanted, key)
        rows = visible_rows(nodes, everything, everything, key).tolist()
        for number, node in enumerate(rows):
            assert walk.after(node) == next((other for other in rows[number + 1 :] if wanted[other]), None), seed
            assert walk.before(node) == next((other for other in rows[:number][::-1] if wanted[other]), None), seed
