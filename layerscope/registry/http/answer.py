"""The answer to a request: status, headers, and a body that is read up to a limit."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

from layerscope.errors import Cancelled, LayerscopeError, RegistryError
from layerscope.registry.http.failures import FOREIGN_ERRORS, translate
from layerscope.registry.http.lean_httpx import httpx


class Answer:
    """An HTTP answer with its body unread. As a context it frees the connection at its end."""

    def __init__(self, response: httpx.Response, host: str, cancelled: Callable[[], bool]) -> None:
        self._response = response
        self._cancelled = cancelled
        self.host = host
        """The `host[:port]` that answered, safe to show."""
        self.redirected = False
        """Whether the answer came from another URL than the requested one."""

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return self._response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The header fields; their names ignore case."""
        return self._response.headers

    @property
    def content_type(self) -> str:
        """The media type of the body, without parameters, in lower case."""
        value: str = self.headers.get("content-type", "")
        return value.partition(";")[0].strip().lower()

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives, not decoded; raises `TransportError`, and `Cancelled` after a close."""
        try:
            yield from self._response.iter_raw()
        except FOREIGN_ERRORS as error:
            raise self._translated(error) from error

    def read(self, limit: int, what: str) -> bytes:
        """The whole body; raises `RegistryError` if it is longer than `limit` bytes or has a content encoding."""
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise RegistryError(f"`{self.host}` sent {what} in a content encoding that was not requested")
        body = self.read_some(limit + 1)
        if len(body) > limit:
            raise RegistryError(f"{what} from `{self.host}` is larger than {limit:,} bytes")
        return body

    def read_some(self, limit: int) -> bytes:
        """The first bytes of the body, at most `limit`."""
        body = bytearray()
        for chunk in self.chunks():
            body += chunk
            if len(body) >= limit:
                break
        return bytes(body[:limit])

    def close(self) -> None:
        """Free the connection; an unread rest of the body is dropped, and so is an error about it."""
        with suppress(*FOREIGN_ERRORS):
            self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _translated(self, error: Exception) -> LayerscopeError:
        return Cancelled() if self._cancelled() else translate(error, self.host)
