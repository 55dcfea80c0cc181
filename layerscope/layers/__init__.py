"""Read one layer to a columnar `LayerIndex`."""
