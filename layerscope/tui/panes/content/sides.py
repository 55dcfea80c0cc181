"""Which store has the bytes of a version: that of its image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.content.path_diff import Side
    from layerscope.tui.rows.target import Target


def side_of(session: Session, target: Target, version: int | None) -> Side:
    """A version of a target in its own image, whose documents are read; None stands for no version."""
    from layerscope.content.path_diff import Side  # noqa: PLC0415 - numpy loads after the first frame

    layer = target.layer if version is None else target.layer_of(version)
    image, _ = session.place(layer)
    assert image.store
    assert image.image
    stack, number = (target.stack, None) if version is None else target.stack.origin(version)
    return Side(image.store, image.image, stack, number)
