"""How commands write to a registry: the options, the question before a tag is replaced, and the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

import click

from layerscope.blobs.copying import BlobOutcome, BlobProgress, OnProgress
from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console import keyboard, stdout
from layerscope.cli.console.progress import UploadState
from layerscope.cli.console.work import with_progress
from layerscope.cli.options import json_option
from layerscope.errors import LayerscopeError

if TYPE_CHECKING:
    from layerscope.loading import Cancellation
    from layerscope.oci import Digest
    from layerscope.registry.client import RegistryClient


class Plan(Protocol):
    """What will be written to `reference`, and the digest that `reference` has now, if it is replaced.

    With `is_tag` only a tag is written, and `is_done` means that there is nothing to do.
    """

    @property
    def reference(self) -> object: ...  # noqa: D102 - above
    @property
    def digest(self) -> Digest: ...  # noqa: D102 - above
    @property
    def replaced(self) -> Digest | None: ...  # noqa: D102 - above
    @property
    def is_done(self) -> bool: ...  # noqa: D102 - above
    @property
    def is_tag(self) -> bool: ...  # noqa: D102 - above


@dataclass(frozen=True, slots=True)
class Writing:
    """The options of a command that writes to a registry."""

    connection: Connection
    dry_run: bool
    yes: bool
    as_json: bool

    def client(self, domain: str, source: str = "") -> RegistryClient:
        """A client that can write, except in a dry run; `source` is the domain of the image to copy."""
        return self.connection.client(domain, read_only=self.dry_run, others=(source,))

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

    dry_run = click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
    yes = click.option("--yes", is_flag=True, help="Do not ask before replacing or deleting.")
    return connection_options(dry_run(yes(json_option(command))))


def carry_out(plan: Plan, writing: Writing, write: Callable[[OnProgress], object], close: Callable[[], None]) -> None:
    """Call `write`, after a question if a tag is replaced, and print the result; raises `LayerscopeError`.

    On an interrupt, `close` is called.
    """
    if writing.dry_run or (plan.is_done and plan.is_tag):
        _print_outcome(plan, writing, written=False)
        return
    question = f"replace `{plan.reference}` (old digest {plan.replaced}, new digest {plan.digest})"
    if plan.replaced and not keyboard.confirm(question, yes=writing.yes):
        raise LayerscopeError("nothing was written")
    state = UploadState()

    def work(note: OnProgress, cancellation: Cancellation) -> None:
        def on_progress(progress: BlobProgress) -> None:
            cancellation.check()
            note(progress)

        write(on_progress)

    with_progress(state, work, close)
    blobs = state.counts()
    brought = blobs.keys() - {BlobOutcome.PRESENT.value}
    _print_outcome(plan, writing, written=bool(brought) or not plan.is_done, blobs=blobs)


def _print_outcome(plan: Plan, writing: Writing, *, written: bool, blobs: dict[str, int] | None = None) -> None:
    row = {
        "reference": str(plan.reference),
        "digest": str(plan.digest),
        "replacedDigest": str(plan.replaced) if plan.replaced else None,
        "written": written,
        "blobs": blobs or {},
    }
    writing.print_result(row, _outcome(plan, blobs or {}, written=written))


def _outcome(plan: Plan, blobs: dict[str, int], *, written: bool) -> str:
    if plan.is_done and not written:
        return f"{plan.reference} already has the digest {plan.digest}"
    old = f", old digest {plan.replaced}" if plan.replaced else ""
    counts = ", ".join(f"{count} {way}" for way, count in sorted(blobs.items()))
    verb = "wrote" if written else "would write"
    return f"{verb} {plan.reference}: digest {plan.digest}{old}{f'; blobs: {counts}' if counts else ''}"
