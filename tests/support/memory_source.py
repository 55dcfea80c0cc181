"""An image in memory as a blob store, whose layers come when the test lets them."""

import threading
from contextlib import contextmanager

from layerscope.blobs.store import Root, cut
from layerscope.errors import SourceError
from layerscope.oci import Descriptor

CHUNK_SIZE = 4096


class MemorySource:
    """The store of a `support.images.BuiltImage`. `hold` keeps layers back, `fail` makes one break.

    `opened` lists the digests of the layers that were read, `spans` what was asked of each blob; `error` is raised by
    `roots`.
    """

    def __init__(self, built, reference="localhost:5000/app:latest", error=None):
        self.name = reference
        self.closed = threading.Event()
        self.opened, self.spans = [], []
        self.built, self._error = built, error
        self._gates, self._failing = {}, {}

    def hold(self, number):
        """Keep a layer back after its first byte, until the event that is returned is set."""
        return self._gates.setdefault(self.built.manifest["layers"][number]["digest"], threading.Event())

    def fail(self, number, times=1, message="the connection broke"):
        """Break a layer off so many times."""
        self._failing[self.built.manifest["layers"][number]["digest"]] = [SourceError(message)] * times

    def roots(self, _platform):
        if self._error:
            raise self._error
        return (Root(Descriptor.parse(self.built.descriptor(), "the manifest")),)

    @contextmanager
    def open(self, descriptor, span=None):
        self.spans.append(span)
        digest = str(descriptor.digest)
        if digest == self.built.digest:
            yield iter([self.built.manifest_bytes])
        else:
            if digest != self.built.manifest["config"]["digest"]:
                self.opened.append(digest)
            yield cut(self._chunks(digest), span)

    def stamp(self, _descriptor):
        return ""

    def close(self):
        self.closed.set()
        for gate in self._gates.values():
            gate.set()

    def _chunks(self, digest):
        blob = self.built.blobs[digest]
        yield blob[:1]
        if digest in self._gates:
            self._gates[digest].wait(60)
            if self.closed.is_set():
                raise SourceError("the source is closed")
        if self._failing.get(digest):
            raise self._failing[digest].pop()
        yield from (blob[start : start + CHUNK_SIZE] for start in range(1, len(blob), CHUNK_SIZE))
