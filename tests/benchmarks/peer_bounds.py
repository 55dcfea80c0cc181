"""What reading an image costs at least: inflate its layers, a layer a thread, with `digest` also compute both digests."""

import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from zlib_ng import zlib_ng

PIECE_SIZE = 1 << 20


def inflate(path: Path, *, digests: bool) -> None:
    member, blob, tar = zlib_ng.decompressobj(31), hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE_SIZE):
            data = member.decompress(piece)
            if digests:
                blob.update(piece)
                tar.update(data)


if __name__ == "__main__":
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(partial(inflate, digests=sys.argv[1] == "digest"), map(Path, sys.argv[2:])))
