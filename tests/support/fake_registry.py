"""A registry that sends a test's answers over real HTTP and records every request."""

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from layerscope.oci import Reference
from support.images import digest_of
from support.serving import Serving


@dataclass
class Reply:
    """One answer. `length` replaces the true Content-Length (None: leave it out, the end of the connection is the end);
    `cut` ends the connection after so many bytes of the body; `chunks` (an iterable) is sent in chunked encoding."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    length: int | str | None = "true"
    cut: int | None = None
    chunks: object = None


@dataclass(frozen=True)
class Recorded:
    """A request; header names are in lower case."""

    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def route(self):
        return self.path.partition("?")[0]

    @property
    def query(self):
        return self.path.partition("?")[2]


class FakeRegistry(Serving):
    """Serves on this port of 127.0.0.1, or on a free one, while its context is open.

    `on(method, route, *replies)` answers one request after the other, the last one for ever; a reply is a `Reply` or a
    function from the `Recorded` request to one. What nothing is said about is a 404.
    """

    def __init__(self, tls=None, client_authority=None, host="127.0.0.1", port=0):
        self.requests = []
        self._replies = {}
        self._lock = threading.Lock()
        self.serve_with(_Server((host, port), type("Handler", (_Handler,), {"registry": self})))
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            if client_authority:
                context.load_verify_locations(client_authority)
                context.verify_mode = ssl.CERT_REQUIRED
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.scheme = "https" if tls else "http"
        self.host = f"{host}:{self._server.server_address[1]}"
        self.url = f"{self.scheme}://{self.host}"

    def on(self, method, route, *replies):
        with self._lock:
            self._replies[method, route] = list(replies)

    def reference(self, rest="app:latest"):
        return Reference.parse(f"{self.host}/{rest}")

    def serve(self, image, repository="app", tag="latest"):
        """Serve the manifest by tag and digest, and all blobs."""
        headers = {"Content-Type": image.media_type, "Docker-Content-Digest": image.digest}
        for target in (tag, image.digest):
            self.on("GET", f"/v2/{repository}/manifests/{target}", Reply(body=image.manifest_bytes, headers=headers))
        for digest, blob in image.blobs.items():
            self.on("GET", f"/v2/{repository}/blobs/{digest}", ranged(blob))

    def serve_manifest(self, data, media_type, repository="app", tag="latest"):
        """Serve any document as a manifest, by tag and digest."""
        for target in (tag, digest_of(data)):
            self.on(
                "GET", f"/v2/{repository}/manifests/{target}", Reply(body=data, headers={"Content-Type": media_type})
            )

    def paths(self, method=None):
        """The requested paths, in order."""
        return [request.path for request in self.requests if method in (None, request.method)]

    def _answer(self, request):
        with self._lock:
            self.requests.append(request)
            replies = self._replies.get((request.method, request.route)) or [Reply(404)]
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return reply(request) if callable(reply) else reply


def ranged(blob):
    """A reply with the requested range of a blob."""

    def reply(request):
        wanted = request.headers.get("range")
        if not wanted:
            return Reply(body=blob)
        start, _, last = wanted.removeprefix("bytes=").partition("-")
        part = blob[int(start) : int(last or len(blob)) + 1]
        where = f"bytes {start}-{int(start) + len(part) - 1}/{len(blob)}"
        return Reply(206, part, {"Content-Range": where})

    return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A client that disconnects, or does not trust the certificate, is not an error here."""


class _Handler(BaseHTTPRequestHandler):
    registry: FakeRegistry
    protocol_version = "HTTP/1.1"

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if "chunked" in self.headers.get("transfer-encoding", ""):
            body = b"".join(iter(self._chunk, b""))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.registry._answer(Recorded(self.command, self.path, headers, body))
        self._send(reply)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = handle_request  # noqa: N815  (http.server's names)

    def _chunk(self):
        data = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return data

    def _send(self, reply):
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            for one in [value] if isinstance(value, str) else value:
                self.send_header(name, one)
        length = len(reply.body) if reply.length == "true" else reply.length
        if reply.chunks is not None:
            self.send_header("Transfer-Encoding", "chunked")
        elif length is not None:
            self.send_header("Content-Length", str(length))
        else:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(reply)
        if reply.cut is not None or reply.length != "true":
            self.close_connection = True

    def _send_body(self, reply):
        for chunk in reply.chunks or ():
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        if reply.chunks is not None:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(reply.body[: reply.cut])

    def log_message(self, *_arguments):
        pass
