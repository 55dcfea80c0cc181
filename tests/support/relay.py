"""A server that passes connections on to another one, counts what that sends, and can be unplugged."""

import threading
from socketserver import BaseRequestHandler

from support.serving import Serving, TcpServer, tunnel


class Relay(Serving):
    """Listens on a free port of 127.0.0.1 while its context is open; `target` is a `host:port`.

    `sent_size` counts the bytes that the target sent. After `unplug`, all connections are closed, once
    some more bytes were sent, if it says so.
    """

    def __init__(self, target):
        self.sent_size = 0
        self.target = target
        self.is_unplugged = False
        self._rest = None
        self._lock = threading.Lock()
        self.serve_with(TcpServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": self})))
        self.host = f"localhost:{self._server.server_address[1]}"

    def passes(self, sent):
        with self._lock:
            self.sent_size += len(sent)
            if self._rest is not None:
                self._rest -= len(sent)
                self.is_unplugged = self._rest <= 0
        return not self.is_unplugged

    def unplug(self, after=0):
        with self._lock:
            self._rest, self.is_unplugged = after, not after


class _Handler(BaseRequestHandler):
    relay: Relay

    def handle(self):
        if not self.relay.is_unplugged:
            tunnel(self.request, self.relay.target, self.relay.passes)
