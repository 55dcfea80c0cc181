"""A list that is shown instead of the tree."""
