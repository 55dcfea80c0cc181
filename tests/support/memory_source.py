"""An image in memory as a source, whose layers come when the test lets them."""

import threading
from contextlib import contextmanager

from layerscope.errors import SourceError
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.image import Image
from layerscope.oci.manifest import parse_manifest

CHUNK_SIZE = 4096


class MemorySource:
    """A source of a `support.images.BuiltImage`. `hold` keeps layers back, `fail` makes one break."""

    def __init__(self, built, reference="localhost:5000/app:latest", error=None):
        self.name = reference
        self.closed = threading.Event()
        self._built, self._error = built, error
        self._gates, self._failing = {}, {}

    def hold(self, number):
        """Keep a layer back after its first byte, until the event that is returned is set."""
        return self._gates.setdefault(self._built.manifest["layers"][number]["digest"], threading.Event())

    def fail(self, number, times=1, message="the connection broke"):
        """Break a layer off so many times."""
        self._failing[self._built.manifest["layers"][number]["digest"]] = [SourceError(message)] * times

    def resolve(self, _platform):
        if self._error:
            raise self._error
        descriptor = Descriptor.parse(self._built.descriptor(), "the manifest")
        manifest = parse_manifest(self._built.manifest_bytes, self._built.media_type)
        return Image.assemble(self.name, descriptor, manifest, self._built.manifest_bytes, self._built.config_bytes)

    @contextmanager
    def open_blob(self, descriptor):
        yield self._chunks(str(descriptor.digest))

    def close(self):
        self.closed.set()
        for gate in self._gates.values():
            gate.set()

    def _chunks(self, digest):
        blob = self._built.blobs[digest]
        yield blob[:1]
        if digest in self._gates:
            self._gates[digest].wait(60)
            if self.closed.is_set():
                raise SourceError("the source is closed")
        if self._failing.get(digest):
            raise self._failing[digest].pop()
        yield from (blob[start : start + CHUNK_SIZE] for start in range(1, len(blob), CHUNK_SIZE))
