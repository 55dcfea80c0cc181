"""What is known of the names in a registry or repository, and how the user looks at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from layerscope.errors import LayerscopeError
from layerscope.filesystem.patterns import PathPattern
from layerscope.oci.collection import Registry, Repository
from layerscope.report.registry_lists import by_name
from layerscope.tui.state.trail import Start

if TYPE_CHECKING:
    from layerscope.registry.api.paging import NamePage
    from layerscope.registry.api.tag_summary import TagSummary

    KnownTag = TagSummary
    Tag = KnownTag | LayerscopeError
    """What a tag refers to, or the error that prevents reading it."""

_NEVER = float("-inf")


@dataclass
class NameList:
    """The repositories of a registry, the tags of a repository, or, at the start, what can be opened; it grows.

    `keys` has what sorts each name, `tags` what is known of each tag. `is_complete` says that nothing
    more will come. `problem` and `incomplete`, a sentence of the registry's list, say why names are missing. `stopped`
    says that the user stopped the listing. `notes` says who knows a name at the start. `options` are the words that a
    command line needs to connect in the same way.
    """

    location: Start | Registry | Repository
    keys: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    longest: int = 0
    dropped_count: int = 0
    incomplete: str = ""
    problem: LayerscopeError | None = None
    is_complete: bool = False
    stopped: bool = False
    tags: dict[str, Tag] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()

    @property
    def noun(self) -> str:
        """`repository`, `tag` or `name`: what the names are."""
        if isinstance(self.location, Start):
            return "name"
        return "repository" if isinstance(self.location, Registry) else "tag"

    def add(self, page: NamePage) -> None:
        """Add a page."""
        self.keys.update((name, by_name(name)) for name in page.items if name not in self.keys)
        self.longest = max(self.longest, *map(len, page.items), 0)
        self.dropped_count += page.dropped_count
        self.incomplete = page.incomplete

    def offer(self, names: Iterable[str], group: int, note: str) -> None:
        """Add names to a group of the start, in their order; the note says who knows them."""
        for number, name in enumerate(names):
            if name not in self.keys:
                self.keys[name], self.notes[name] = [(group, number, name)], note

    def learn(self, tag: str, found: Tag) -> None:
        """Keep what a tag refers to."""
        self.tags[tag] = found

    def size(self, tag: str) -> int:
        """The pull size; -1 if it is unknown."""
        known = self.tags.get(tag)
        size = None if known is None or isinstance(known, Exception) else known.size
        return -1 if size is None else size

    def time(self, tag: str) -> float:
        """When the image was created, in seconds since the epoch; minus infinity if unknown."""
        known = self.tags.get(tag)
        return _NEVER if known is None or isinstance(known, Exception) else known.time

    @property
    def is_listing(self) -> bool:
        """Whether more names are to come by themselves."""
        return not (self.is_complete or self.problem or self.stopped)

    def start_again(self) -> list[str]:
        """Forget what failed; returns the tags to read again."""
        if self.problem or self.stopped or self.incomplete:
            self.is_complete = self.is_complete and not self.incomplete
            self.problem, self.stopped, self.dropped_count, self.incomplete = None, False, 0, ""
        failed = [tag for tag, known in self.tags.items() if isinstance(known, Exception)]
        for tag in failed:
            del self.tags[tag]
        return failed


class Order(Enum):
    """What names are sorted by; in order of size or time, unknown ones come last."""

    NAME = "name"
    SIZE = "size"
    CREATED = "created"


@dataclass
class NameState:
    """How the user looks at the names: `cursor` is one of them, empty as long as it was not moved, and `mark` another.

    `is_regex` says whether the search text is a regular expression.
    """

    cursor: str = ""
    mark: str = ""
    search: PathPattern | None = None
    is_regex: bool = False
    order: Order = Order.NAME

    @property
    def valid_search(self) -> PathPattern | None:
        """The search, unless it is an incomplete regular expression."""
        return None if self.search is None or self.search.problem else self.search
