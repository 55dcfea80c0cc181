"""How commands write to a registry: the options, the question before a tag is replaced, and the result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console import asking, stdout
from layerscope.cli.console.progress import UploadState
from layerscope.cli.console.work import with_progress
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
    """The options of a command that writes to a registry."""

    connection: Connection
    dry_run: bool
    yes: bool
    as_json: bool

    def client(self, domain: str) -> RegistryClient:
        """A client that can write, except in a dry run."""
        return self.connection.client(domain, read_only=self.dry_run)

    def print_result(self, row: dict[str, Any], text: str) -> None:
        """Print the result, as JSON or as text."""
        if self.as_json:
            stdout.write_json(row)
        else:
            stdout.write_lines([text])


def writing_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that writes; the function gets a `Writing` as `writing`."""

    @wraps(function)
    def command(connection: Connection, *, dry_run: bool, yes: bool, as_json: bool, **own: Any) -> None:
        function(writing=Writing(connection, dry_run, yes, as_json), **own)

    dry_run = click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
    yes = click.option("--yes", is_flag=True, help="Replace or delete without a question.")
    return connection_options(dry_run(yes(json_option(command))))


@dataclass(frozen=True, slots=True)
class Write:
    """A manifest to write to `destination`, which is `current` now; `perform` writes it and returns its descriptor.

    With `is_tag` only a tag is written, and nothing is left to do if the tag is there. Otherwise, blobs may be missing
    even if the tag is there, and are written again.
    """

    destination: Reference
    digest: Digest
    current: Descriptor | None
    perform: Callable[[Callable[[BlobProgress], None]], Descriptor]
    is_tag: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the destination already is this manifest."""
        return self.current is not None and self.current.digest == self.digest

    @property
    def replaced(self) -> str | None:
        """The digest that the tag has now, if it is another one."""
        return str(self.current.digest) if self.current and not self.is_done else None


def carry_out(write: Write, client: RegistryClient, writing: Writing) -> None:
    """Write, after a question if a tag is replaced, and print the result; raises `LayerscopeError`."""
    from layerscope.registry.publish.blob_upload import BlobOutcome

    if writing.dry_run or (write.is_done and write.is_tag):
        _print_outcome(write, writing, written=False)
        return
    question = f"replace `{write.destination}`, which is {write.replaced}, with {write.digest}"
    if write.replaced and not asking.confirm(question, yes=writing.yes):
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
    was = f" instead of {write.replaced}" if write.replaced else ""
    if write.is_done and not written:
        text = f"{write.destination} already is {write.digest}"
    elif written:
        counts = "".join(f", {count} {way}" for way, count in sorted((blobs or {}).items()))
        text = f"{write.destination} is now {write.digest}{was}{', blobs: ' + counts[2:] if counts else ''}"
    else:
        text = f"{write.destination} would be {write.digest}{was}"
    writing.print_result(row, text)
