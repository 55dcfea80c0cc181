"""The sample image and the small loopback registry that serves it."""
