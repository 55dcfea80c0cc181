"""The error answers of registries (distribution-spec, "Error Codes")."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from layerscope.display import display
from layerscope.errors import (
    InvalidDocument,
    InvalidReference,
    LayerscopeError,
    NotFound,
    RegistryError,
    TooManyRequests,
    Unauthorized,
)
from layerscope.oci import Digest, as_list, text
from layerscope.oci.strict_json import parse_object
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.events import in_words, rate_limit

MAX_BODY_SIZE = 4096
_SHOWN_LENGTH = 300
_SHOWN_COUNT = 5
_WANTS_TLS = re.compile(rb"HTTP request (was sent )?to (an )?HTTPS (server|port)")
"""How the servers of Go and nginx answer a request over plain HTTP on a port of HTTPS."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error answer: its status, and the codes and words of the registry, safe to show."""

    host: str
    status: int
    codes: tuple[str, ...] = ()
    words: str = ""
    is_html: bool = False
    rate_limit: str = ""
    digests: tuple[str, ...] = ()
    """The digests in the details of the errors, for example of missing blobs."""
    wants_tls: bool = False
    """Whether a request over plain HTTP came to a port of HTTPS."""

    @classmethod
    def read(cls, answer: Answer) -> Problem:
        """The problem in an answer, from at most 4 KiB of its body."""
        body = answer.read_some(MAX_BODY_SIZE)
        errors = _errors(body)
        codes = tuple(display(text(item, "code"), limit=60) for item in errors if text(item, "code"))[:_SHOWN_COUNT]
        words = display(
            next((text(item, "message") for item in errors if text(item, "message")), ""), limit=_SHOWN_LENGTH
        )
        is_html = "html" in answer.content_type or body.lstrip()[:1] == b"<"
        if not codes and not is_html and answer.content_type.startswith("text/plain"):
            words = display(body.strip(), limit=_SHOWN_LENGTH)
        limit = rate_limit(answer)
        report = f" {in_words(limit)}" if limit else ""
        wants_tls = _WANTS_TLS.search(body) is not None
        return cls(answer.host, answer.status, codes, words, is_html, report, _digests(errors), wants_tls)

    def error(self, what: str, *, hint: str | None = None) -> LayerscopeError:
        """The error of a request to do `what`, as in "read `app:latest`"."""
        hint = "the answer is a web page: is this the address of a registry?" if self.is_html else hint
        hint = f"`{self.host}` may speak HTTPS: leave out `--plain-http`" if self.wants_tls else hint
        host = f"`{self.host}`"
        if self.status == 401:
            return Unauthorized(f"{host} requires a login to {what}{self.reason}", status=401, hint=hint)
        if self.status == 403:
            return Unauthorized(f"{host} refuses access: cannot {what}{self.reason}", status=403, hint=hint)
        if self.status in (404, 410):
            return NotFound(f"{host} answers `not found`: cannot {what}{self.reason}", hint=hint)
        if self.status == 429:
            return TooManyRequests(
                f"{host} limits the rate of requests{self.rate_limit}{self.reason}", status=429, hint=hint
            )
        if self.status >= 500:
            return RegistryError(f"{host} failed: cannot {what}{self.reason}", status=self.status, hint=hint)
        return RegistryError(f"{host} refuses the request: cannot {what}{self.reason}", status=self.status, hint=hint)

    @property
    def reason(self) -> str:
        """The words of the registry, the status and the codes, to append to a sentence."""
        codes = " ".join((str(self.status), *self.codes))
        return f": {self.words} ({codes})" if self.words else f" ({codes})"


def _errors(body: bytes) -> list[dict[str, Any]]:
    """The members of `{"errors": [{"code", "message", "detail"}]}`; empty if the body is something else."""
    try:
        errors = as_list(parse_object(body, "the error").get("errors"))
    except InvalidDocument:
        return []
    return [item for item in errors if isinstance(item, dict)]


def _digests(errors: list[dict[str, Any]]) -> tuple[str, ...]:
    """The digests in the details; a detail is a digest or an object with one."""
    found = []
    for item in errors:
        detail = item.get("detail")
        candidate = detail.get("digest", detail.get("Digest")) if isinstance(detail, dict) else detail
        with suppress(InvalidReference):
            found.append(str(Digest.parse(candidate)))
    return tuple(dict.fromkeys(found))[:_SHOWN_COUNT]
