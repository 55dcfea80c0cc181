"""The commands by name; the module of each is imported only when it runs."""

from dataclasses import dataclass
from importlib import import_module

import click

from layerscope.errors import NotFound, RegistryError, SourceError, TransportError

DEFAULT = "explore"
"""The command to run if the first argument is an IMAGE, and not a command."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: its `module:function` in `layerscope.cli.commands`, and one line of help."""

    target: str
    summary: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, name = self.target.partition(":")
        command = getattr(import_module(f"layerscope.cli.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command


COMMANDS = {
    "explore": CommandEntry("explore:explore", "Explore an image on the terminal; in a pipe, print an overview"),
    "demo": CommandEntry("explore:demo", "Explore a sample image from a registry on this machine"),
    "inspect": CommandEntry("reading:inspect", "Show a summary: digest, platform, sizes, waste"),
    "history": CommandEntry("reading:history", "List the build steps, newest first, with their layers"),
    "dockerfile": CommandEntry("reading:dockerfile", "Print the build as a Dockerfile, with the sizes of each step"),
    "layers": CommandEntry("reading:layers", "List the layers: digest, sizes, entries, status"),
    "manifest": CommandEntry("reading:manifest", "Print the manifest as JSON"),
    "config": CommandEntry("reading:config", "Print the image config as JSON"),
    "ls": CommandEntry("files:ls", "List the files of an image or of one layer, or deleted files"),
    "find": CommandEntry("find:find", "List the files of an image that match a query, biggest first"),
    "blame": CommandEntry("find:blame", "List every version of a path, with the layer and the instruction"),
    "cat": CommandEntry("files:cat", "Print a file of the image, as it was after any layer"),
    "extract": CommandEntry("files:extract", "Write a file or a directory of the image to disk"),
    "waste": CommandEntry("waste:waste", "List wasted bytes by path, and how to avoid them"),
    "ci": CommandEntry("waste:ci", "Check an image against limits; exit 1 if one is exceeded"),
    "verify": CommandEntry("blob:verify", "Check size, digest and diff_id of each part of an image"),
    "blob": CommandEntry("blob:blob", "Print the exact bytes of a manifest, config or layer"),
    "tags": CommandEntry("registry:tags", "List the tags of a repository"),
    "catalog": CommandEntry("registry:catalog", "List the repositories of a registry"),
    "referrers": CommandEntry("registry:referrers", "List the signatures, SBOMs and attestations of an image"),
    "tag": CommandEntry("publishing:tag", "Add a tag to an image, or copy it to another repository"),
    "copy": CommandEntry("publishing:copy", "Copy an image to another repository or registry"),
    "push": CommandEntry("publishing:push", "Upload an image from this machine to a registry"),
    "delete": CommandEntry("publishing:delete", "Delete a tag, or a manifest with all its tags"),
    "build": CommandEntry("build:build", "Build an image with docker, podman or buildah, and explore it"),
    "cache": CommandEntry("cache:cache", "Show or prune the cache of layers"),
    "export": CommandEntry("reading:export", "Write a report on an image for other programs"),
}


class CommandGroup(click.Group):
    """Runs a command of the table. If the first argument is not a command, explores the image that it names."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return the command; None if the table has no such name."""
        entry = COMMANDS.get(cmd_name)
        return entry.load() if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, and its arguments."""
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        return DEFAULT, self.get_command(ctx, DEFAULT), args

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list in the help from the table, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def spelling_hint(error: BaseException, arguments: list[str]) -> str | None:
    """A hint if the command failed because a misspelt command was taken for an IMAGE."""
    not_found = click.UsageError, NotFound, RegistryError, SourceError, TransportError
    meant = misspelt_command(arguments) if isinstance(error, not_found) else None
    return f"did you mean the command `{meant}`?" if meant else None


def misspelt_command(arguments: list[str]) -> str | None:
    """The command that is spelt like the first argument; None if that is a command itself, or if no command is."""
    first = next((argument for argument in arguments if not argument.startswith("-")), "")
    if first in COMMANDS or not first.isalpha():
        return None
    from difflib import get_close_matches

    return next(iter(get_close_matches(first, COMMANDS, n=1, cutoff=0.7)), None)
