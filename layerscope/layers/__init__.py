"""One layer: from its bytes to a columnar `LayerIndex`."""
