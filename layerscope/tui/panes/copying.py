"""Copying to the clipboard of the terminal (OSC 52), and short answers to keys."""

from textual.app import App

from layerscope.tui.lines.spans import safe, shorten

LONGEST_NOTE = 60


def copy(app: App[object], text: str, what: str = "") -> None:
    """Copy a text, and notify the user of `what` it is, by default of its beginning."""
    app.copy_to_clipboard(text)
    app.notify(f"copied {what or shorten(safe(text), LONGEST_NOTE)}", markup=False, timeout=2)


def say(app: App[object], text: str) -> None:
    """Notify the user for a moment."""
    app.notify(text, markup=False, timeout=3)


def say_nothing_selected(app: App[object]) -> None:
    """Notify the user that no path is selected."""
    app.notify("no path is selected", markup=False, timeout=2)
