"""How a command writes to a registry: its options, and the steps: look, say, ask, do, and tell what is there then."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console.asking import confirm
from layerscope.cli.console.output import write_json, write_lines
from layerscope.cli.options import json_option
from layerscope.errors import LayerscopeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.digest import Digest
    from layerscope.oci.reference import Reference
    from layerscope.registry.client import RegistryClient
    from layerscope.registry.publish.contents import BlobProgress


@dataclass(frozen=True, slots=True)
class Writing:
    """How a command writes: over which connection, whether at all, whether it asks, and how it tells."""

    connection: Connection
    dry_run: bool
    yes: bool
    as_json: bool

    def client(self, domain: str) -> RegistryClient:
        """A client that may write, unless it is for a dry run."""
        return self.connection.client(domain, read_only=self.dry_run)

    def print_result(self, row: dict[str, Any], text: str) -> None:
        """Print what came of it, as JSON or as text."""
        if self.as_json:
            write_json(row)
        else:
            write_lines([text])


def writing_options(function: Callable[..., None]) -> Callable[..., None]:
    """What every command has that writes; the function gets it as `writing`."""

    @wraps(function)
    def command(connection: Connection, *, dry_run: bool, yes: bool, as_json: bool, **own: Any) -> None:
        function(writing=Writing(connection, dry_run, yes, as_json), **own)

    dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
    yes = click.option("--yes", is_flag=True, help="Do not ask before something is replaced or deleted.")
    return connection_options(dry_run(yes(json_option(command))))


@dataclass(frozen=True, slots=True)
class Write:
    """A manifest that is to be at `destination`, where `current` is; `perform` does it and gives what is there then.

    `is_tag` says that nothing but a tag is written: then it is all there once the tag is. Else what the manifest names
    may be missing though the tag is there, and is brought again.
    """

    destination: Reference
    digest: Digest
    current: Descriptor | None
    perform: Callable[[Callable[[BlobProgress], None]], Descriptor]
    is_tag: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the manifest is there already."""
        return self.current is not None and self.current.digest == self.digest

    @property
    def replaced(self) -> str | None:
        """The digest that loses the tag."""
        return str(self.current.digest) if self.current and not self.is_done else None


def carry_out(write: Write, client: RegistryClient, writing: Writing) -> None:
    """Say what is there, ask before a tag is replaced, write, and say what came of it."""
    from layerscope.cli.console.progress import UploadState
    from layerscope.cli.console.work import with_progress
    from layerscope.registry.publish.blob_upload import BlobOutcome

    if writing.dry_run or (write.is_done and write.is_tag):
        _print_outcome(write, writing, written=False)
        return
    question = f"replace `{write.destination}`, which is {write.replaced}, by {write.digest}"
    if write.replaced and not confirm(question, yes=writing.yes):
        raise LayerscopeError("nothing was written")
    state = UploadState()
    with_progress(state, lambda note, _stop: write.perform(note), client.close)
    blobs = state.counts()
    brought = blobs.keys() - {BlobOutcome.PRESENT.value}
    _print_outcome(write, writing, written=bool(brought) or not write.is_done, blobs=blobs)


def _print_outcome(write: Write, writing: Writing, *, written: bool, blobs: dict[str, int] | None = None) -> None:
    row = {
        "reference": str(write.destination),
        "digest": str(write.digest),
        "replacedDigest": write.replaced,
        "written": written,
        "blobs": blobs or {},
    }
    was = f", in the place of {write.replaced}" if write.replaced else ""
    if write.is_done and not written:
        text = f"{write.destination} is {write.digest} already"
    elif written:
        counts = "".join(f", {count} {way}" for way, count in sorted((blobs or {}).items()))
        text = f"{write.destination} is {write.digest} now{was}{', blobs: ' + counts[2:] if counts else ''}"
    else:
        text = f"{write.destination} would be {write.digest}{was}"
    writing.print_result(row, text)
