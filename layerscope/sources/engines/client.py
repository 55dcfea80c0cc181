"""The calls of Docker's Engine API that are needed: export an image or a container, and ask whether it exists."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import quote

from layerscope.display import display
from layerscope.errors import InvalidDocument, LayerscopeError, NotFound, SourceError
from layerscope.oci import as_list, as_object, text
from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE, parse_json, parse_object
from layerscope.sources.engines.address import EngineAddress
from layerscope.sources.file_store import CHUNK_SIZE

ANSWER_SECONDS = 10.0
"""An engine answers a ping at once."""
LISTING_SECONDS = 3.0
"""An engine lists its images soon; nobody waits longer for names that are only offered."""
EXPORT_SECONDS = 600.0
"""podman writes the whole archive to disk before it sends the first byte."""
_LOOK_SECONDS = 0.2
_MAX_MESSAGE_SIZE = 64 * 1024


class EngineClient:
    """A client of the engine at `address`; setting `closed` ends any wait."""

    def __init__(self, address: EngineAddress, closed: threading.Event) -> None:
        self._address = address
        self._closed = closed

    @contextmanager
    def export(self, image: str) -> Iterator[Iterator[bytes]]:
        """The image as a docker-archive, in chunks.

        Raises `NotFound` if the engine has no such image, `SourceError` for any other failure, also while iterating.
        """
        with self._export(f"/images/{_quoted(image)}/get", "image", image) as chunks:
            yield chunks

    @contextmanager
    def export_container(self, container: str) -> Iterator[Iterator[bytes]]:
        """The file system of a container as a tar, in chunks; raises as `export`."""
        with self._export(f"/containers/{_quoted(container)}/export", "container", container) as chunks:
            yield chunks

    def has_image(self, image: str) -> bool:
        """Whether the engine has an image of that name or id; raises `SourceError`."""
        return self._has(f"/images/{_quoted(image)}/json")

    def has_container(self, container: str) -> bool:
        """Whether the engine has a container of that name or id; raises `SourceError`."""
        return self._has(f"/containers/{_quoted(container)}/json")

    def image_names(self) -> list[str]:
        """The names of all images, with their tags; raises `SourceError` or `InvalidDocument`."""
        self._ping(LISTING_SECONDS)
        with self._answer("/images/json", LISTING_SECONDS) as response:
            if response.status != 200:
                raise SourceError(f"the engine at `{self._address}` does not list its images: {_reason(response)}")
            images = as_list(parse_json(response.read(MAX_DOCUMENT_SIZE + 1), f"the answer of `{self._address}`"))
        return [name for image in images for name in as_list(as_object(image).get("RepoTags")) if isinstance(name, str)]

    def _has(self, path: str) -> bool:
        self._ping()
        with self._answer(path, ANSWER_SECONDS) as response:
            return response.status == 200

    @contextmanager
    def _export(self, path: str, kind: str, name: str) -> Iterator[Iterator[bytes]]:
        self._ping()
        with self._answer(path, EXPORT_SECONDS) as response:
            if response.status == 404:
                raise NotFound(f"the engine at `{self._address}` has no {kind} `{display(name, limit=200)}`")
            if response.status != 200:
                raise SourceError(f"the engine at `{self._address}` refuses to send the {kind}: {_reason(response)}")
            yield self._chunks(response)

    def _ping(self, seconds: float = ANSWER_SECONDS) -> None:
        """Make sure that this is an engine: any other server might hang, or send anything."""
        with self._answer("/_ping", seconds) as response:
            if response.status != 200 or not response.headers.get("Api-Version"):
                raise SourceError(f"the server at `{self._address}` is not a container engine")

    @contextmanager
    def _answer(self, path: str, seconds: float) -> Iterator[HTTPResponse]:
        with self._source_errors(), closing(_connection(self._address, seconds)) as connection:
            connection.connect()
            with _shut_down_when(self._closed, connection.sock):
                connection.request("GET", path, headers={"Accept-Encoding": "identity"})
                yield connection.getresponse()

    def _chunks(self, response: HTTPResponse) -> Iterator[bytes]:
        while chunk := self._read(response):
            yield chunk
        if response.length:
            raise _cut(self._address)

    def _read(self, response: HTTPResponse) -> bytes:
        with self._source_errors():
            try:
                return response.read(CHUNK_SIZE)
            except (HTTPException, ConnectionError) as error:
                if self._closed.is_set():
                    raise
                raise _cut(self._address) from error

    @contextmanager
    def _source_errors(self) -> Iterator[None]:
        """Raise `SourceError` for failures of the connection."""
        try:
            yield
        except LayerscopeError:
            raise
        except (OSError, HTTPException) as error:
            if self._closed.is_set():
                raise SourceError(f"`{self._address}` was closed") from error
            raise _failure(self._address, error) from error


def _quoted(name: str) -> str:
    return quote(name, safe="/:@")


def _connection(address: EngineAddress, seconds: float) -> HTTPConnection:
    if address.socket:
        return _UnixConnection(str(address.socket), seconds)
    if context := address.tls():
        return HTTPSConnection(address.host, address.port, timeout=seconds, context=context)
    return HTTPConnection(address.host, address.port, timeout=seconds)


class _UnixConnection(HTTPConnection):
    def __init__(self, path: str, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@contextmanager
def _shut_down_when(closed: threading.Event, connected: socket.socket) -> Iterator[None]:
    """Shut the socket down as soon as `closed` is set within the context, which ends any wait for it."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_LOOK_SECONDS):
            if closed.is_set():
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)
                return

    watcher = threading.Thread(target=watch, name="engine", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _cut(address: EngineAddress) -> SourceError:
    return SourceError(f"the engine at `{address}` closed the connection in the middle of the image")


_START = "start it, for example with `sudo systemctl start docker`; registries, files and directories need no engine"


def _failure(address: EngineAddress, error: Exception) -> SourceError:
    name = "podman" if "podman" in str(address) else "docker"
    match error:
        case FileNotFoundError():
            return SourceError(f"{name} is not running: `{address}` does not exist", hint=_START)
        case PermissionError():
            return SourceError(
                f"no permission to use `{address}`", hint=f"`ls -l {address}` shows the group that has permission"
            )
        case ConnectionRefusedError():
            return SourceError(f"{name} is not running: nothing answers at `{address}`", hint=_START)
        case TimeoutError():
            return SourceError(f"the engine at `{address}` does not answer")
        case HTTPException() | ConnectionError():
            return SourceError(f"the server at `{address}` closed the connection, or is not a container engine")
        case _:
            return SourceError(f"the engine at `{address}` cannot be reached: {_words(error)}")


def _words(error: Exception) -> str:
    return display(str(getattr(error, "strerror", None) or error), limit=200)


def _reason(response: HTTPResponse) -> str:
    """The engine's message about an error, else its status."""
    message = ""
    with suppress(InvalidDocument):
        message = text(parse_object(response.read(_MAX_MESSAGE_SIZE), "the answer"), "message")
    return display(message, limit=300) or f"status {response.status}"
