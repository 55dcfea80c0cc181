"""A proxy that connects every tunnel to one server, whatever host is requested, and records the requests."""

import socket
import threading
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer


@dataclass(frozen=True)
class Asked:
    """The first line of a request to the proxy, and its fields with names in lower case."""

    line: str
    headers: dict


class Proxy:
    """Listens on a free port of 127.0.0.1 while its context is open; `target` is a `host:port`.

    Without a target it refuses to connect. `asked` lists the targets of CONNECT (RFC 9110 section 9.3.6).
    """

    def __init__(self, target=None, status=None):
        self.requests = []
        status = status or ("200 Connection established" if target else "403 Forbidden")
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy, self._server.target, self._server.status = self, target, status
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def asked(self):
        words = (request.line.split() for request in self.requests)
        return [target for method, target, *_ in words if method == "CONNECT"]

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


class _Handler(StreamRequestHandler):
    rbufsize = 0

    def handle(self):
        line = self.rfile.readline().decode().strip()
        fields = [field.decode().strip() for field in iter(self.rfile.readline, b"\r\n")]
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        self.server.proxy.requests.append(Asked(line, headers))
        if not line.startswith("CONNECT "):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied")
            return
        self.wfile.write(f"HTTP/1.1 {self.server.status}\r\n\r\n".encode())
        if self.server.status.startswith("200"):
            self._join()

    def _join(self):
        host, _, port = self.server.target.rpartition(":")
        with socket.create_connection((host, int(port))) as target:
            back = threading.Thread(target=_pump, args=(target, self.request), daemon=True)
            back.start()
            _pump(self.request, target)
            back.join()


def _pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
