"""Servers of the tests, each in a thread, and the tunnels that some of them are."""

import socket
import threading
from socketserver import ThreadingTCPServer


class Serving:
    """Serves with `self._server` while its context is open."""

    def serve_with(self, server):
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class TcpServer(ThreadingTCPServer):
    """Handles each connection in a thread; a client that disconnects is not an error."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Many tests have clients that disconnect."""


def tunnel(client, target, passes=lambda _sent: True):
    """Pass bytes between a client and a `host:port` until one ends; `passes` sees those that the target sends.

    If it returns false, both connections end.
    """
    host, _, port = target.rpartition(":")
    with socket.create_connection((host, int(port))) as server:
        back = threading.Thread(target=_pump, args=(server, client, passes), daemon=True)
        back.start()
        _pump(client, server, lambda _sent: passes(b""))
        back.join()


def _pump(source, target, passes):
    try:
        while (data := source.recv(65536)) and passes(data):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
