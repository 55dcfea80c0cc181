"""The commands by name; the module of each is imported only when it runs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from layerscope.errors import NotFound, RegistryError, SourceError, TransportError

DEFAULT = "explore"
"""The command that a first argument runs which is no command itself: it is an IMAGE."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command's `module:function` in this package, and what it does, in one line."""

    target: str
    summary: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, name = self.target.partition(":")
        command = getattr(import_module(f"layerscope.cli.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command


COMMANDS = {
    "explore": CommandEntry("explore:explore", "Explore an image on the terminal; in a pipe, print its facts"),
    "demo": CommandEntry("explore:demo", "Explore a sample image, served by a registry of its own"),
    "inspect": CommandEntry("reading:inspect", "One screen: digest, platform, sizes, what is wasted"),
    "history": CommandEntry("reading:history", "Every build step, newest first, with its layer"),
    "layers": CommandEntry("reading:layers", "The layers: digest, sizes, entries, status"),
    "manifest": CommandEntry("reading:manifest", "The manifest as JSON"),
    "config": CommandEntry("reading:config", "The image config as JSON"),
    "ls": CommandEntry("files:ls", "The files of an image, of one layer, or deleted ones"),
    "cat": CommandEntry("content:cat", "The bytes of a file, as it was after any layer"),
    "extract": CommandEntry("content:extract", "Write a file or directory of the image to disk"),
    "waste": CommandEntry("waste:waste", "What is wasted, by path, and what to change"),
    "ci": CommandEntry("ci:ci", "Hold an image against limits; exit code 1 where one is broken"),
    "verify": CommandEntry("verify:verify", "Check size, digest and diff_id of every part of an image"),
    "blob": CommandEntry("blob:blob", "The exact bytes of a manifest, config or layer"),
    "tags": CommandEntry("registry:tags", "The tags of a repository"),
    "catalog": CommandEntry("registry:catalog", "The repositories of a registry"),
    "referrers": CommandEntry("registry:referrers", "What is attached to an image: signatures, SBOMs, attestations"),
    "tag": CommandEntry("copying:tag", "Give an image in a registry another tag or repository"),
    "copy": CommandEntry("copying:copy", "Copy an image between repositories and registries"),
    "push": CommandEntry("copying:push", "Upload an image from this machine to a registry"),
    "delete": CommandEntry("delete:delete", "Remove a tag, or a manifest with all its tags"),
    "build": CommandEntry("build:build", "Build an image with docker, podman or buildah, and explore it"),
    "cache": CommandEntry("cache:cache", "What is kept of layers, so that none is read twice"),
    "export": CommandEntry("export:export", "A report on the whole image, for other programs"),
}


class CommandGroup(click.Group):
    """Runs a command of the table, or explores the image that the first argument names."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported; None for a name that is none."""
        entry = COMMANDS.get(cmd_name)
        return entry.load() if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, and what is left for it."""
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        return DEFAULT, self.get_command(ctx, DEFAULT), args

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list in the help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def spelling_hint(error: BaseException, arguments: list[str]) -> str | None:
    """A command's name with a slip in it is taken for an image, and not found: then the slip is the likelier cause."""
    not_found = click.UsageError, NotFound, RegistryError, SourceError, TransportError
    meant = misspelt_command(arguments) if isinstance(error, not_found) else None
    return f"did you mean the command `{meant}`?" if meant else None


def misspelt_command(arguments: list[str]) -> str | None:
    """The command that the first argument may have been meant for, where it is none and is spelt like none of ours."""
    first = next((argument for argument in arguments if not argument.startswith("-")), "")
    if first in COMMANDS or not first.isalpha():
        return None
    from difflib import get_close_matches

    return next(iter(get_close_matches(first, COMMANDS, n=1, cutoff=0.7)), None)
