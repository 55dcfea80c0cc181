"""A list in the place of the tree."""
