"""The gap of an image in words: figures and comparisons describe only the layers that were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layerscope.report.failures import failures
from layerscope.tui.lines.fields import count_text
from layerscope.tui.state.scope import NAMES, Scope
from layerscope.tui.state.session import Session


@dataclass(frozen=True, slots=True)
class Gap:
    """The layers that are missing: `failed` says in words which failed, `unread` names those not read yet."""

    failed: str
    unread: tuple[str, ...]
    is_stopped: bool

    @classmethod
    def of(cls, session: Session, layers: Iterable[int] | None = None) -> Gap:
        """The gap among these layers; without an argument, among all, of two images among those of both."""
        if session.base is None or layers is not None:
            return cls._of_one(session, session.all_layers if layers is None else layers)
        if session.is_same_image:
            return cls("", (), is_stopped=False)
        gaps = {name: cls._of_one(image, image.all_layers) for name, image in zip(NAMES, session.images, strict=True)}
        failed = "; ".join(f"{name}: {gap.failed}" for name, gap in gaps.items() if gap.failed)
        unread = tuple(f"{layer} of {name}" for name, gap in gaps.items() for layer in gap.unread)
        return cls(failed, unread, session.stopped)

    @classmethod
    def _of_one(cls, session: Session, layers: Iterable[int]) -> Gap:
        numbers = list(layers)
        read = {number: session.contents[number].failure for number in numbers if number in session.contents}
        return cls(failures(read), tuple(str(number) for number in numbers if number not in read), session.stopped)

    @property
    def incomplete(self) -> str:
        """The layers that failed or were stopped; empty if there are none."""
        stopped = f"stopped, {self._named} not read" if self.is_stopped and self.unread else ""
        return "; ".join(filter(None, (self.failed, stopped)))

    @property
    def progress(self) -> str:
        """`incomplete`, and the layers that are still being read; empty if all are read."""
        coming = f"still reading {self._named}" if self.unread and not self.is_stopped else ""
        return "; ".join(filter(None, (self.incomplete, coming)))

    @property
    def word(self) -> str:
        """The same in a word."""
        if self.unread and self.is_stopped:
            return "stopped"
        return "incomplete" if self.failed else "reading" if self.unread else ""

    @property
    def _named(self) -> str:
        return f"layer {self.unread[0]}" if len(self.unread) == 1 else count_text(len(self.unread), "layer")


MORE, MORE_OR_LESS = "+", "?"


def size_sign(session: Session, scope: Scope) -> str:
    """What stands after sizes if a layer that they depend on is not read whole; else empty.

    Such a layer may add files to those of a layer or a range. In the view of all layers, it may also remove
    some, and if two images are compared, it may have what only the other one seems to have.
    """
    if session.base is not None:
        return MORE_OR_LESS if any(image.unread for image in session.images) else ""
    layers = range(scope.after + 1) if scope.whole else scope.layers
    if all(session.is_whole(layer) for layer in layers):
        return ""
    return MORE_OR_LESS if scope.whole else MORE
