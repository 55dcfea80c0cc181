"""A server that passes connections on to another one, counts what that sends, and can be unplugged."""

import socket
import threading
from socketserver import BaseRequestHandler, ThreadingTCPServer


class Relay:
    """Listens on a free port of 127.0.0.1 while its context is open; `target` is a `host:port`.

    `sent_size` counts the bytes that the target sent. After `unplug`, all connections are closed at once.
    """

    def __init__(self, target):
        self.sent_size = 0
        self.target = target
        self.is_unplugged = False
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.relay = self
        self.host = f"localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def count(self, size):
        with self._lock:
            self.sent_size += size

    def unplug(self):
        self.is_unplugged = True

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A client that disconnects is not an error here."""


class _Handler(BaseRequestHandler):
    def handle(self):
        relay = self.server.relay
        if relay.is_unplugged:
            return
        host, _, port = relay.target.rpartition(":")
        with socket.create_connection((host, int(port))) as target:
            back = threading.Thread(target=self._pump, args=(target, self.request, relay.count), daemon=True)
            back.start()
            self._pump(self.request, target, lambda _size: None)
            back.join()

    def _pump(self, source, target, count):
        try:
            while (data := source.recv(65536)) and not self.server.relay.is_unplugged:
                count(len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
