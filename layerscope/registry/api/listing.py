"""The tags of a repository, and the repositories of a registry (distribution-spec, "Content Discovery")."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from layerscope.errors import InvalidReference, LayerscopeError, NotFound, RegistryError, Unauthorized
from layerscope.oci import Reference, parse_tag
from layerscope.registry.api.paging import NamePage, joined, pages
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.problem import Problem

PAGE_COUNT = 1000
"""Names requested per page; a registry may return fewer, or refuse the number with 400."""


def list_tags(client: RegistryClient, repository: Reference) -> NamePage:
    """The tags of a repository; raises `NotFound`, `InvalidDocument`, `RegistryError` or `TransportError`."""
    return joined(tag_pages(client, repository))


def list_repositories(client: RegistryClient, domain: str) -> NamePage:
    """The repositories of a registry; raises `RegistryError` if it refuses, as most public ones do."""
    return joined(repository_pages(client, domain))


def tag_pages(client: RegistryClient, repository: Reference) -> Iterator[NamePage]:
    """As `list_tags`, page by page, each name once."""

    def problem(found: Problem) -> LayerscopeError:
        if found.status == 404 and not found.is_html:
            return NotFound(
                f"`{found.host}` has no repository `{repository.repository}`{found.reason}",
                hint=f"`layerscope catalog {repository.domain}` lists its repositories",
            )
        return found.error(f"list the tags of `{repository.name}`")

    return _Names(client, Call.to(repository, "GET", "tags/list"), "tags", parse_tag, problem).pages()


def repository_pages(client: RegistryClient, domain: str) -> Iterator[NamePage]:
    """As `list_repositories`, page by page, each name once."""
    suggestion = f"if you know a repository, `layerscope tags {domain}/NAME` lists its tags"

    def problem(found: Problem) -> LayerscopeError:
        if found.status in (401, 403, 404, 405):
            kind = Unauthorized if found.status in (401, 403) else RegistryError
            message = f"`{domain}` does not list its repositories ({found.status})"
            return kind(message, status=found.status, hint=suggestion)
        return found.error(f"list the repositories of `{domain}`")

    def parse(name: str) -> str:
        return Reference.parse(f"{domain}/{name}:latest").repository

    call = Call("GET", domain, "", "_catalog", more_scopes=("registry:catalog:*",))
    try:
        yield from _Names(client, call, "repositories", parse, problem).pages()
    except Unauthorized as error:
        if error.hint != suggestion:  # it is about a login
            error.hint = f"{error.hint}; {suggestion}"
        raise


class _PagingRefused(Exception):
    """The registry refuses the size of the page."""


@dataclass(frozen=True, slots=True)
class _Names:
    """A list of names: the call, the member of the answer that has the names, and their parser."""

    client: RegistryClient
    call: Call
    member: str
    parse: Callable[[str], str]
    problem: Callable[[Problem], LayerscopeError]

    def pages(self) -> Iterator[NamePage]:
        """All pages. If the registry refuses the page size, as some do, the list is requested without one."""
        seen: set[str] = set()
        try:
            yield from self._pages(replace(self.call, path=f"{self.call.path}?n={PAGE_COUNT}"), seen)
        except _PagingRefused:
            yield from self._pages(self.call, seen)

    def _pages(self, call: Call, seen: set[str]) -> Iterator[NamePage]:
        for page in pages(self.client, call, self._check if call is self.call else self._check_size):
            items = _items(page.value.get(self.member))
            valid = [item for item in items if self._is_valid(item)]
            new = [name for name in dict.fromkeys(valid) if name not in seen]
            seen.update(new)
            yield NamePage(tuple(new), len(items) - len(valid), page.incomplete)

    def _check_size(self, answer: Answer) -> None:
        if answer.status == 400:
            raise _PagingRefused
        self._check(answer)

    def _check(self, answer: Answer) -> None:
        if answer.status != 200:
            raise self.problem(Problem.read(answer))

    def _is_valid(self, item: Any) -> bool:
        try:
            return isinstance(item, str) and bool(self.parse(item))
        except InvalidReference:
            return False


def _items(value: Any) -> list[Any]:
    """The items of a page: docker-registry has null here if the last tag was deleted."""
    return value if isinstance(value, list) else []
