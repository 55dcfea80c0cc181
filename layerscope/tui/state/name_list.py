"""What is known of a registry or repository: the names in it, and what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerscope.oci.collection import Registry, Repository
from layerscope.report.registry import by_name

if TYPE_CHECKING:
    from layerscope.errors import LayerscopeError
    from layerscope.registry.api.paging import Listing
    from layerscope.registry.api.tag_facts import TagFacts

_NEVER = float("-inf")


@dataclass
class NameList:
    """Grows page by page: repositories of a registry, or tags of a repository, by what sorts them.

    `facts` come tag by tag, or why they cannot be had. `is_complete` says that nothing more will come; what did not
    come is in `problem`, and in `incomplete`, a sentence of the registry's list itself. `stopped`: the user's doing.
    """

    place: Registry | Repository
    keys: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    longest: int = 0
    dropped_count: int = 0
    incomplete: str = ""
    problem: LayerscopeError | None = None
    is_complete: bool = False
    stopped: bool = False
    facts: dict[str, TagFacts | LayerscopeError] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        """What the names are of."""
        return "repository" if isinstance(self.place, Registry) else "tag"

    def add(self, page: Listing) -> None:
        """One more page."""
        self.keys.update((name, by_name(name)) for name in page.items if name not in self.keys)
        self.longest = max(self.longest, *map(len, page.items), 0)
        self.dropped_count += page.dropped_count
        self.incomplete = page.incomplete

    def learn(self, tag: str, facts: TagFacts | LayerscopeError) -> None:
        """What stands behind a tag."""
        self.facts[tag] = facts

    def size(self, tag: str) -> int:
        """Bytes of a pull; -1 where they are not known."""
        facts = self.facts.get(tag)
        size = None if facts is None or isinstance(facts, Exception) else facts.size
        return -1 if size is None else size

    def time(self, tag: str) -> float:
        """Seconds since the epoch at which it was made; minus infinity where that is not known."""
        facts = self.facts.get(tag)
        return _NEVER if facts is None or isinstance(facts, Exception) else facts.time

    @property
    def is_listing(self) -> bool:
        """Whether more names are to come by themselves."""
        return not (self.is_complete or self.problem or self.stopped)

    def start_again(self) -> list[str]:
        """Forget what failed; the tags whose facts can be asked for once more."""
        if self.problem or self.stopped or self.incomplete:
            self.is_complete = self.is_complete and not self.incomplete
            self.problem, self.stopped, self.dropped_count, self.incomplete = None, False, 0, ""
        failed = [tag for tag, facts in self.facts.items() if isinstance(facts, Exception)]
        for tag in failed:
            del self.facts[tag]
        return failed
