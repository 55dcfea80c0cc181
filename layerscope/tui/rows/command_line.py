"""Command lines that print what is shown."""

from layerscope.tui.rows.quoting import quoted
from layerscope.tui.state.session import Session

_LISTINGS = {"waste": ("waste", ()), "savings": ("waste", ("--savings",))}


def layers_command(session: Session) -> str:
    """For the layers."""
    return command_line(session, "layers")


def listing_command(session: Session, listing: str) -> str:
    """For a listing that is shown instead of the tree."""
    command, options = _LISTINGS[listing]
    return command_line(session, command, *options)


def command_line(session: Session, command: str, *words: str) -> str:
    """For this image, on the requested platform."""
    platform = ("--platform", str(session.platform)) if session.platform else ()
    return " ".join(("layerscope", command, quoted(session.name), *words, *platform))
