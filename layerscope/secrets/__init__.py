"""Private keys, passwords and tokens: which files may have them, and how they are found without keeping them."""
