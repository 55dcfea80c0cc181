"""All access to blobs: their stores, verified reading, and the walk down an index."""
