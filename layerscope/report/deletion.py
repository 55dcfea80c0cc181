"""What the deletion of a manifest removes and breaks, in words."""

from collections.abc import Sequence

_SHOWN_COUNT = 20


def cost_in_words(tags: Sequence[str], broken: Sequence[str], incomplete: str) -> str:
    """The tags that are deleted with the manifest, and the indexes that need it: a clause after its name."""
    words = f"with {_named('its tag', tags)}" if tags else "which has no tag"
    if broken:
        which = "which contain it" if len(broken) > 1 else "which contains it"
        words += f"; this breaks {_named('the index', broken, 'the indexes')}, {which}"
    return f"{words}; the list may be incomplete: {incomplete}" if incomplete else words


def _named(noun: str, tags: Sequence[str], plural: str = "") -> str:
    """The first tags by name and the number of the others; empty if there are no tags."""
    if len(tags) > 1:
        noun = plural or f"{noun}s"
    more = len(tags) - _SHOWN_COUNT
    shown = ", ".join(f"`{tag}`" for tag in tags[:_SHOWN_COUNT])
    return f"{noun} {shown}{f' and {more} more' if more > 0 else ''}" if tags else ""
