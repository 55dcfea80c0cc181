"""What of the image is not there, in words: figures and comparisons are true only of what is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.report.gaps import failures
from layerscope.tui.lines.sizes import count_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerscope.tui.state.session import Session


@dataclass(frozen=True, slots=True)
class Gap:
    """Some layers as far as they are not there: `failed` says which failed, `unread` are those that were not read."""

    failed: str
    unread: tuple[int, ...]
    is_stopped: bool

    @classmethod
    def of(cls, session: Session, layers: Iterable[int] | None = None) -> Gap:
        """The gap among these layers, or among all."""
        numbers = list(range(session.layer_count) if layers is None else layers)
        read = {number: session.contents[number].failure for number in numbers if number in session.contents}
        return cls(failures(read), tuple(number for number in numbers if number not in read), session.stopped)

    @property
    def lack(self) -> str:
        """What does not come by itself; empty text where all is there, or will be."""
        stopped = f"stopped, {self._named} not read" if self.is_stopped and self.unread else ""
        return "; ".join(filter(None, (self.failed, stopped)))

    @property
    def progress(self) -> str:
        """What does not come, and what does; empty text where all is there."""
        coming = f"still reading {self._named}" if self.unread and not self.is_stopped else ""
        return "; ".join(filter(None, (self.lack, coming)))

    @property
    def word(self) -> str:
        """The same in a word."""
        if self.unread and self.is_stopped:
            return "stopped"
        return "incomplete" if self.failed else "reading" if self.unread else ""

    @property
    def _named(self) -> str:
        return f"layer {self.unread[0]}" if len(self.unread) == 1 else count_text(len(self.unread), "layer")
