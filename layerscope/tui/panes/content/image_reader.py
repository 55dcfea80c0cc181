"""What the pages about an image are made of; what is fetched for them is fetched when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from layerscope.tui.state.attachment import Attachments
from layerscope.tui.state.preview_look import Tab
from layerscope.tui.state.session import Session

if TYPE_CHECKING:
    from layerscope.tui.lines.previews.page import Page


class ImageReader:
    """Makes the pages in a thread, and remembers what is attached, so that it can be entered."""

    def __init__(self) -> None:
        self._attached: Attachments | None = None

    def page(self, session: Session, tab: Tab, inside: tuple[int, ...], check: Callable[[], None]) -> Page:
        """The page of a tab; `check` may raise before each read. Raises the errors of reading."""
        from layerscope.tui.lines.previews.dockerfile_page import dockerfile_page, source_page  # noqa: PLC0415 - rare
        from layerscope.tui.lines.previews.image_pages import config_page, platforms_page  # noqa: PLC0415 - the same

        store, image = session.store, session.image
        assert store
        assert image
        if tab is Tab.CONFIG:
            return config_page(image)
        if tab is Tab.PLATFORMS:
            from layerscope.blobs.platforms import platforms  # noqa: PLC0415 - the same

            return platforms_page(platforms(store, image, check), image)
        if tab is Tab.REFERRERS:
            return self._attachments(session, inside, check)
        if not inside:
            return dockerfile_page(image)
        from layerscope.blobs.provenance import read_source  # noqa: PLC0415 - the same

        return source_page(read_source(store, image), image)

    def _attachments(self, session: Session, inside: tuple[int, ...], check: Callable[[], None]) -> Page:
        from layerscope.blobs.artifact import artifact_parts  # noqa: PLC0415 - rarely used
        from layerscope.tui.lines.previews.image_pages import artifact_page, attachments_page  # noqa: PLC0415 - the same

        assert session.store
        assert session.image
        if self._attached is None or not inside:
            self._attached = session.attached(session.image)
        if not inside:
            return attachments_page(self._attached)
        chosen = self._attached.found[inside[0]]
        return artifact_page(chosen, artifact_parts(session.store, chosen.entry, check))
