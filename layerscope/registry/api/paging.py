"""Lists that a registry returns in pages (distribution-spec, "Listing Tags"; RFC 8288 for the Link field)."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from layerscope.oci.strict_json import MAX_DOCUMENT_SIZE, parse_object
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.addresses import origin
from layerscope.registry.http.answer import Answer

MAX_PAGES = 1000

_LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,;\"]*(?:\"[^\"]*\")?)*)\s*,?")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?next\"?\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamePage:
    """The items of a list, as the registry orders them, each once.

    `dropped_count` items were not valid names. `incomplete` says why there may be more names; it is empty if not.
    """

    items: tuple[str, ...]
    dropped_count: int = 0
    incomplete: str = ""


def joined(parts: Iterable[NamePage]) -> NamePage:
    """The pages of a list as one."""
    names: dict[str, None] = {}
    dropped_count, incomplete = 0, ""
    for part in parts:
        names.update(dict.fromkeys(part.items))
        dropped_count += part.dropped_count
        incomplete = part.incomplete
    return NamePage(tuple(names), dropped_count, incomplete)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, as bytes and as JSON. `incomplete` says why it may not be the last, though no page follows it."""

    data: bytes
    value: dict[str, Any]
    incomplete: str = ""


def pages(client: RegistryClient, call: Call, check: Callable[[Answer], None]) -> Iterator[Page]:
    """All pages from that call on; `check` raises if an answer is not a page.

    Reads at most `MAX_PAGES` pages, each once, all from the same registry. Raises `InvalidDocument`, `RegistryError`
    or `TransportError`.
    """
    seen = set()
    for _ in range(MAX_PAGES):
        seen.add(call.path)
        with client.send(call) as answer:
            check(answer)
            data = answer.read(MAX_DOCUMENT_SIZE, "the list")
        value = parse_object(data, f"the list of `{answer.host}`")
        link = next_link(answer.headers.get_list("link"))
        here = call.url(client.hosts.endpoint(call.domain, call.repository))
        path = _path_of(link, here) if link else None
        incomplete = ""
        if link and path is None:
            incomplete = f"`{answer.host}` sends its next page from another host"
        elif path in seen:
            incomplete = f"`{answer.host}` sends the same page of its list again"
        yield Page(data, value, incomplete)
        if path is None or incomplete:
            return
        call = replace(call, path=path)
    yield Page(b"", {}, f"`{answer.host}` has more than {MAX_PAGES} pages")


def next_link(fields: list[str]) -> str | None:
    """The target of the link with the relation `next`; None if there is no such link."""
    for field in fields:
        for target, parameters in _LINK.findall(field):
            if _NEXT.search(parameters):
                return str(target)
    return None


def _path_of(link: str, here: str) -> str | None:
    """Path and query of a link on the page `here`; None if it leads to another scheme, host or port."""
    try:
        target = urljoin(here, link)
        parts = urlsplit(target)
        same = origin(target) == origin(here)
    except ValueError:
        return None
    return f"{parts.path}?{parts.query}" if same else None
