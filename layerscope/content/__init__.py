"""The bytes of an image again, when somebody wants them: one file, whole directories on disk, blobs."""
