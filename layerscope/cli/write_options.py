"""How a command writes to a registry, and the options that say it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.console.output import write_json, write_lines
from layerscope.cli.options import connection_options, json_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.cli.opening import Connection
    from layerscope.registry.client import RegistryClient


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

    def tell(self, row: dict[str, Any], text: str) -> None:
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
