"""A small, read-only registry on 127.0.0.1 that serves repositories from memory.

It follows the distribution-spec: pulls with HEAD and Range, tags and catalog with pages, referrers, and errors as
JSON. Requests that would write are refused.
"""

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from layerscope.demo.answers import Answer, answer, refused
from layerscope.demo.repository import Repository

_CHUNK = 64 * 1024


class LoopbackRegistry:
    """Serves `repositories`, by name, on a free port while the context lasts.

    `rate` limits each response body to that many bytes per second.
    """

    def __init__(self, repositories: Mapping[str, Repository], *, rate: int | None = None) -> None:
        self._server = _Server(repositories, rate)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="registry", daemon=True)

    @property
    def host(self) -> str:
        """`127.0.0.1:PORT`, the domain of references to it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, repositories: Mapping[str, Repository], rate: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories = repositories
        self.rate = rate
        self.stopped = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that close the connection before the end of an answer."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "layerscope-demo"
    sys_version = ""
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        reply = answer(self.server.repositories, self.path, self._headers())
        self._send_head(reply)
        for chunk in self._paced(reply.body):
            self.wfile.write(chunk)

    def do_HEAD(self) -> None:
        self._send_head(answer(self.server.repositories, self.path, self._headers()))

    def do_POST(self) -> None:
        reply = refused()
        self.close_connection = True
        self._send_head(reply)
        self.wfile.write(reply.body)

    do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - the names that http.server calls

    def _headers(self) -> dict[str, str]:
        """The request's headers in title case; repeated headers are joined to one list (RFC 9110, 5.3)."""
        return {name.title(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}

    def _send_head(self, reply: Answer) -> None:
        self.send_response(reply.status)
        self.send_header("Docker-Distribution-API-Version", "registry/2.0")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _paced(self, body: bytes) -> Iterator[memoryview]:
        """The body in chunks; with a rate, ten chunks per second."""
        rate = self.server.rate
        size = max(1, rate // 10) if rate else _CHUNK
        view = memoryview(body)
        for start in range(0, len(view), size):
            if rate and start and self.server.stopped.wait(0.1):
                return
            yield view[start : start + size]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server uses
        """Log nothing: standard error belongs to the program that runs the demo."""
