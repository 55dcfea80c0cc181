"""Read one layer to a columnar `LayerIndex`.

A big layer is read by several threads. Each line is one of them, each arrow hands over batches of 2 MiB, and no queue
holds more than one batch, so that nothing grows with the size of a layer:

    store -> count, decompress, note the start points      a thread of `ahead`
               |                    |
               |                    +-> scan the tar, hash each file      the thread that reads the layer
               +-> digest of the blob, diff_id      threads of `blobs.hashing`

Decompressing and digesting release the interpreter's lock, and are nearly all of the work. More threads were no faster,
as one that only reads the blob. One thread reads a small layer, and the first batch of any layer. If as many layers are
read as there are cores, each is read by one thread.
"""
