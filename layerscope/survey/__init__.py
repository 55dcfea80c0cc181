"""Many images at once: what they share, and what they waste."""
