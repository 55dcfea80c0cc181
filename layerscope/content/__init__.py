"""Read the bytes of an image again: one file, whole directories, or all blobs."""
