"""A proxy that connects every tunnel to one server, whatever host is requested, and records the requests."""

from dataclasses import dataclass
from socketserver import StreamRequestHandler

from support.serving import Serving, TcpServer, tunnel


@dataclass(frozen=True)
class Asked:
    """The first line of a request to the proxy, and its fields with names in lower case."""

    line: str
    headers: dict


class Proxy(Serving):
    """Listens on a free port of 127.0.0.1 while its context is open; `target` is a `host:port`.

    Without a target it refuses to connect. `asked` lists the targets of CONNECT (RFC 9110 section 9.3.6).
    """

    def __init__(self, target=None, status=None):
        self.requests = []
        status = status or ("200 Connection established" if target else "403 Forbidden")
        self.serve_with(TcpServer(("127.0.0.1", 0), _Handler))
        self._server.proxy, self._server.target, self._server.status = self, target, status
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    @property
    def asked(self):
        words = (request.line.split() for request in self.requests)
        return [target for method, target, *_ in words if method == "CONNECT"]


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
            tunnel(self.request, self.server.target)
