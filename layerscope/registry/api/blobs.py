"""Blobs as streams that survive a cut connection.

Follows distribution-spec, "Pulling blobs", and RFC 9110 section 14 for ranges.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError, NotFound, RegistryError, TransportError
from layerscope.registry.client import Call
from layerscope.registry.http.problem import Problem
from layerscope.registry.http.retry import backoff
from layerscope.registry.http.stall import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layerscope.blobs.store import Span
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.http.answer import Answer

    Wait = Callable[[str, float, str], None]

CHUNK_SIZE = 256 * 1024
CHUNK_SECONDS = 0.1
"""A chunk is given on when it is this old, full or not, so that progress is seen on slow lines."""
MAX_RESUMES = 4
"""Cuts in a row, none of them after at least `RESUME_PROGRESS` bytes."""
RESUME_PROGRESS = 1024 * 1024

_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(?:\d{1,19}|\*)", re.IGNORECASE)


@contextmanager
def open_blob(
    client: RegistryClient, repository: Reference, descriptor: Descriptor, span: Span | None = None
) -> Iterator[Iterator[bytes]]:
    """The bytes of a blob, or of a span of it, as they come, not verified; frees the connection at the end.

    Of a whole blob at most one byte more than its size comes. A connection that is cut or stalls is resumed where it
    ended. If the registry ignores the range and sends the whole blob, the span is cut from that. Raises `NotFound`,
    `RegistryError` or `TransportError`, also from within the iteration.
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
    """As `open_blob`, for any way to `ask` for the blob, called with the header fields of each request."""
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
    """One blob on its way: the answer that brings it at the moment, and how far it has come."""

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
        """Ask for the blob from where it ended."""
        self.close()
        first = self._start + self._received
        answer = self._answer = self._ask(self._range_from(first))
        if answer.status == 206 and (first or self._span):
            _check_range(answer, first)
        elif answer.status != 200:
            raise self._problem(Problem.read(answer))

    def close(self) -> None:
        if self._answer:
            self._answer.close()
            self._answer = None

    def pieces(self) -> Iterator[bytes]:
        """The bytes as the network gives them, over as many connections as it takes."""
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
                    self._wait(self._where, backoff(cuts), "lost the connection")
            else:
                return

    def _range_from(self, first: int) -> dict[str, str]:
        """The header field that asks for what is left; none if that is the whole blob."""
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
        """The bytes of the answer that are wanted next: a 200 has the whole blob, from its start."""
        answer = self._answer
        assert answer
        skip = self._start + self._received if answer.status == 200 else 0
        for piece in watch(answer.chunks(), answer.host):
            if skip < len(piece):
                yield piece[skip:]
            skip = max(0, skip - len(piece))

    def _check_end(self) -> None:
        """Without a length and without chunks, a cut looks like the end (RFC 9112 section 6.3)."""
        answer = self._answer
        assert answer
        framed = "content-length" in answer.headers or "transfer-encoding" in answer.headers
        if not framed and self._received < self._wanted_size:
            raise TransportError(f"the connection to `{answer.host}` ended before the blob did")

    def _problem(self, problem: Problem) -> LayerscopeError:
        shown = f"the blob {self._descriptor.digest.short}"
        if problem.status == 404:
            return NotFound(f"`{self._where}` does not have {shown}{problem.said}")
        return problem.error(f"read {shown} of `{self._where}`")


def _check_range(answer: Answer, start: int) -> None:
    field = answer.headers.get("content-range", "")
    match = _CONTENT_RANGE.fullmatch(field.strip())
    if not match or int(match[1]) != start:
        raise RegistryError(
            f"`{answer.host}` was asked for a blob from byte {start} on and sent another part", status=answer.status
        )


def _coalesced(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces of a network read's size, joined to chunks that are worth a turn of the reader.

    What came before an error is given on before it.
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
