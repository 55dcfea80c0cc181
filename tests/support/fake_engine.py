"""A fake container engine on a Unix socket, which sends the test's answers."""

import socketserver
import tempfile
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from support.serving import Serving


class FakeEngine(Serving):
    """Listens on `socket`. `images` maps a name or id to an archive, `containers` to a root file system.

    `behave` replaces all answers except that of the ping.

    It is called with the request handler, which has sent nothing yet.
    """

    def __init__(self, images=None, behave=None, version="1.41", containers=None):
        self.images = images or {}
        self.containers = containers or {}
        self.behave = behave
        self.version = version
        self.asked = []
        self.released = threading.Event()
        self._directory = tempfile.TemporaryDirectory(prefix="engine")  # a socket's path must be short
        self.socket = Path(self._directory.name) / "engine.sock"
        self.serve_with(_Server(str(self.socket), type("Handler", (_Handler,), {"engine": self})))

    def __exit__(self, *exception):
        self.released.set()
        super().__exit__(*exception)
        self._directory.cleanup()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Many tests have clients that disconnect."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    engine: FakeEngine

    def do_GET(self):
        self.engine.asked.append(self.path)
        if self.path == "/_ping" and self.engine.version:
            self.answer(200, b"OK", {"Api-Version": self.engine.version})
        elif self.engine.behave and self.path != "/_ping":
            self.engine.behave(self)
        elif archive := self._asked_for():
            self.answer(200, archive, {"Content-Type": "application/x-tar"})
        else:
            self.answer(404, b'{"message": "no such image"}')

    def _asked_for(self):
        """The archive of an image or a container, or an object if only its existence is asked for."""
        kind, _, rest = self.path.removeprefix("/").partition("/")
        name, _, what = rest.rpartition("/")
        held = self.engine.images if kind == "images" else self.engine.containers
        found = held.get(name) or (held.get(f"{name}:latest") if kind == "images" else None)
        return b"{}" if found and what == "json" else found

    def answer(self, status, body, headers=None, length=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(length or len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def chunked(self, *chunks, end=b"0\r\n\r\n"):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(end)
        self.close_connection = True

    def address_string(self):
        return "test"

    def log_message(self, *_arguments):
        """Print nothing."""
