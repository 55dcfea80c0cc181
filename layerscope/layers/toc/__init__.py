"""Read the files of a layer from its table of contents, as eStargz and zstd:chunked layers have one.

A few ranges of the blob are enough: its last bytes, which have the position of the table, and the table. The manifest
promises the digest of the table. Whether the table describes the layer is not known until the whole layer is read.
"""
