"""Blobs as streams that are resumed after a lost connection.

Follows distribution-spec, "Pulling blobs", and RFC 9110 section 14 for ranges.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from layerscope.blobs.store import Span
from layerscope.errors import LayerscopeError, NotFound, RegistryError, TransportError
from layerscope.oci import Descriptor, Reference
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem
from layerscope.registry.http.retry import backoff, watch

Wait = Callable[[str, float, str], None]

CHUNK_SIZE = 256 * 1024
CHUNK_SECONDS = 0.1
"""A chunk of this age is passed on even if it is not full, so that slow lines show progress."""
MAX_RESUMES = 4
"""Lost connections in a row, each before `RESUME_PROGRESS` bytes were received."""
RESUME_PROGRESS = 1024 * 1024

_log = logging.getLogger(__name__)
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(?:\d{1,19}|\*)", re.IGNORECASE)


@contextmanager
def open_blob(
    client: RegistryClient, repository: Reference, descriptor: Descriptor, span: Span | None = None
) -> Iterator[Iterator[bytes]]:
    """The bytes of a blob, or of a span of it, not verified; the context frees the connection.

    A whole blob has at most one byte more than its size. A lost or stalled connection is resumed. If the registry
    ignores the range and sends the whole blob, the span is cut from it, unless it `is_required`. Raises `NotFound`,
    `RegistryError` or `TransportError`, also during the iteration.
    """

    def ask(headers: Mapping[str, str]) -> Answer:
        call = Call.to(repository, "GET", f"blobs/{descriptor.digest}", headers=headers)
        return client.read(call, by_digest=True)

    with open_stream(ask, descriptor, repository.name, client.retrier.wait, span) as chunks:
        yield chunks


@contextmanager
def open_stream(
    ask: Callable[[Mapping[str, str]], Answer],
    descriptor: Descriptor,
    where: str,
    wait: Wait,
    span: Span | None = None,
) -> Iterator[Iterator[bytes]]:
    """As `open_blob`; `ask` sends each request, with these header fields."""
    if span and not (span := span.within(descriptor.size)).size:
        yield iter(())
        return
    stream = _BlobStream(ask, descriptor, where, wait, span)
    try:
        stream.open()
        yield _coalesced(stream.pieces())
    finally:
        stream.close()


class _BlobStream:
    """The transfer of one blob: the current answer, and the number of bytes received so far."""

    def __init__(
        self,
        ask: Callable[[Mapping[str, str]], Answer],
        descriptor: Descriptor,
        where: str,
        wait: Wait,
        span: Span | None,
    ) -> None:
        self._ask = ask
        self._descriptor = descriptor
        self._span = span
        self._start = span.offset if span else 0
        self._wanted_size = span.size if span else descriptor.size
        self._where = where
        self._wait = wait
        self._answer: Answer | None = None
        self._received = 0

    def open(self) -> None:
        """Request the bytes that have not been received."""
        self.close()
        first = self._start + self._received
        answer = self._answer = self._ask(self._range_from(first))
        if answer.status == 206 and (first or self._span):
            _check_range(answer, first)
        elif answer.status != 200:
            raise self._problem(Problem.read(answer))
        elif self._span and self._span.is_required:
            raise RegistryError(f"`{answer.host}` ignores ranges")
        elif first:
            _log.info("`%s` ignores ranges: the blob is transferred from its start", answer.host)

    def close(self) -> None:
        if self._answer:
            self._answer.close()
            self._answer = None

    def pieces(self) -> Iterator[bytes]:
        """The bytes as the network delivers them, over several connections if necessary."""
        cuts, mark = 0, 0
        while True:
            try:
                yield from self._read()
            except TransportError:
                self.close()
                cuts = 1 if self._received - mark >= RESUME_PROGRESS else cuts + 1
                mark = self._received
                if cuts > MAX_RESUMES:
                    raise
                if cuts > 1:
                    self._wait(self._where, backoff(cuts), "closed the connection")
            else:
                return

    def _range_from(self, first: int) -> dict[str, str]:
        """The Range field for the bytes from `first` on; no field if they are the whole blob."""
        if self._span:
            return {"Range": f"bytes={first}-{self._span.end - 1}"}
        return {"Range": f"bytes={first}-"} if first else {}

    def _read(self) -> Iterator[bytes]:
        if not self._answer:
            self.open()
        limit = self._wanted_size if self._span else self._wanted_size + 1
        for piece in self._rest_of_answer():
            allowed = piece[: limit - self._received]
            self._received += len(allowed)
            yield allowed
            if self._received >= limit:
                return
        self._check_end()

    def _rest_of_answer(self) -> Iterator[bytes]:
        """The next bytes from the answer; an answer with status 200 starts at the start of the blob."""
        answer = self._answer
        assert answer
        skip = self._start + self._received if answer.status == 200 else 0
        for piece in watch(answer.chunks(), answer.host):
            if skip < len(piece):
                yield piece[skip:]
            skip = max(0, skip - len(piece))

    def _check_end(self) -> None:
        """Without a length and without chunks, a lost connection looks like the end (RFC 9112 section 6.3)."""
        answer = self._answer
        assert answer
        framed = "content-length" in answer.headers or "transfer-encoding" in answer.headers
        if not framed and self._received < self._wanted_size:
            raise TransportError(f"the connection to `{answer.host}` ended before the end of the blob")

    def _problem(self, problem: Problem) -> LayerscopeError:
        shown = f"the blob {self._descriptor.digest.short}"
        if problem.status == 404:
            return NotFound(f"`{self._where}` does not have {shown}{problem.reason}")
        return problem.error(f"read {shown} of `{self._where}`")


def _check_range(answer: Answer, start: int) -> None:
    field = answer.headers.get("content-range", "")
    match = _CONTENT_RANGE.fullmatch(field.strip())
    if not match or int(match[1]) != start:
        raise RegistryError(
            f"`{answer.host}` sent the wrong part of a blob: byte {start} was requested", status=answer.status
        )


def _coalesced(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of network reads, joined to larger chunks, so that the reader runs less often.

    Before an error is raised, the pieces that came before it are passed on.
    """
    gathered: list[bytes] = []
    size, start = 0, time.monotonic()
    try:
        for piece in pieces:
            gathered.append(piece)
            size += len(piece)
            if size >= CHUNK_SIZE or time.monotonic() - start >= CHUNK_SECONDS:
                yield b"".join(gathered)
                gathered.clear()
                size, start = 0, time.monotonic()
    except LayerscopeError:
        if gathered:
            yield b"".join(gathered)
        raise
    if gathered:
        yield b"".join(gathered)
