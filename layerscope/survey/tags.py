"""Which images a survey reads: registries, repositories and references as the user names them, and the tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from layerscope.display import display
from layerscope.errors import LayerscopeError, UsageError
from layerscope.oci import Platform, Reference
from layerscope.oci.collection import Registry, Repository, has_target, is_bare_host
from layerscope.registry.api.referrers import is_tag_of_referrers
from layerscope.registry.api.tag_summary import read_tags
from layerscope.registry.client import RegistryClient
from layerscope.sources.open import named_collection, registry_reference

MAX_LIST_SIZE = 64 * 1024 * 1024
"""Bytes of a file with names."""
_NEWEST = re.compile(r"newest:([1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class TagChoice:
    """The tags of a repository to read: all that match `pattern`, or the `newest` ones by creation time."""

    pattern: str = "*"
    newest: int = 0
    platform: Platform | None = None

    @classmethod
    def parse(cls, text: str, platform: Platform | None) -> TagChoice:
        """`all`, `newest:N`, or a pattern."""
        match = _NEWEST.fullmatch(text)
        if match:
            return cls(newest=int(match[1]), platform=platform)
        return cls("*" if text == "all" else text, platform=platform)

    def of(self, client: RegistryClient, repository: Reference, tags: Iterable[str]) -> list[str]:
        """The chosen tags; tags that have only signatures are left out. Raises `LayerscopeError`."""
        found = [tag for tag in tags if fnmatchcase(tag, self.pattern) and not is_tag_of_referrers(tag)]
        if not self.newest or len(found) <= self.newest:
            return found
        read = list(read_tags(client, repository, found, self.platform))
        known = sorted((one for _, one in read if not isinstance(one, LayerscopeError)), key=lambda one: -one.time)
        return [one.tag for one in known[: self.newest]]


def parse_names(words: Sequence[str]) -> list[Registry | Repository | Reference]:
    """What the user names, each once; `@FILE` stands for the lines of a file. Raises `UsageError`."""
    return list(dict.fromkeys(_parse(word) for word in _expanded(words)))


def _expanded(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word.startswith("@"):
            yield from (line.strip() for line in _lines(Path(word[1:])) if line.strip() and not line.startswith("#"))
        else:
            yield word


def _lines(path: Path) -> list[str]:
    shown = display(bytes(path), limit=200)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_LIST_SIZE + 1)
        if len(data) > MAX_LIST_SIZE:
            raise UsageError(f"`{shown}` has more than {MAX_LIST_SIZE:,} bytes")
        return data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"`{shown}` is not a text of UTF-8") from error
    except OSError as error:
        raise UsageError(f"cannot read `{shown}`: {error.strerror}") from error


def _parse(word: str) -> Registry | Repository | Reference:
    if is_bare_host(word) or ("/" not in word and "." in word.partition(":")[0] and "@" not in word):
        word = f"{word}/"
    found = named_collection(word)
    if found:
        return found
    reference = registry_reference(word)
    if reference is None:
        raise UsageError(
            f"`{display(word, limit=200)}` is not in a registry",
            hint="name a registry, a repository or an image: `localhost:5000`, `localhost:5000/app`",
        )
    return reference if has_target(word) else Repository.of(reference)
