"""The details of a layer, a path, a row or the image."""
