"""A transport that does not wait: it records how long it would have waited."""

from layerscope.errors import Cancelled
from layerscope.registry.http.transport import Transport


class ImpatientTransport(Transport):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.pauses = []

    def pause(self, seconds):
        self.pauses.append(seconds)
        if self._closed.is_set():
            raise Cancelled
