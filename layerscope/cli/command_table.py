"""The commands by name; the module of each is imported only when it runs."""

from dataclasses import dataclass
from importlib import import_module

import click

from layerscope.cli.options import name_variables
from layerscope.errors import NotFound, RegistryError, SourceError, TransportError, UsageError

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
    "diff": CommandEntry("diff:diff", "Show what changed between two images, and the bytes to pull"),
    "packages": CommandEntry("packages:packages", "List the packages of an image with their bytes and layers"),
    "waste": CommandEntry("waste:waste", "List wasted bytes by path, and how to avoid them"),
    "ci": CommandEntry("ci:ci", "Check an image against limits; exit 1 if one is exceeded"),
    "verify": CommandEntry("blob:verify", "Check size, digest and diff_id of each part of an image"),
    "blob": CommandEntry("blob:blob", "Print the exact bytes of a manifest, config or layer"),
    "tags": CommandEntry("registry:tags", "List the tags of a repository"),
    "catalog": CommandEntry("registry:catalog", "List the repositories of a registry"),
    "referrers": CommandEntry("registry:referrers", "List the signatures, SBOMs and attestations of an image"),
    "tag": CommandEntry("publishing:tag", "Add a tag to an image, or copy it to another repository"),
    "copy": CommandEntry("publishing:copy", "Copy an image to another registry, a directory or a file"),
    "push": CommandEntry("publishing:push", "Upload an image from this machine to a registry"),
    "delete": CommandEntry("publishing:delete", "Delete a tag, or a manifest and all tags that point to it"),
    "build": CommandEntry("build:build", "Build an image with docker, podman or buildah, and explore it"),
    "cache": CommandEntry("cache:cache", "List or empty the cache of layers and manifests"),
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
        if entry is None:
            return None
        command = entry.load()
        name_variables(command, cmd_name)
        return command

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


def unknown_command(error: BaseException, arguments: list[str]) -> UsageError | None:
    """The error if the first argument looks like a command, but is not one; None if it was rightly taken for an IMAGE.

    A word is a wrong command if more arguments follow than an IMAGE has, if it is like the name of a command, or if no
    image of that name is found.
    """
    word = _unknown_word(arguments)
    if not word:
        return None
    near = nearest_command(word)
    hint = f"did you mean `layerscope {near}`?" if near else "`layerscope --help` lists the commands"
    if isinstance(error, NotFound | RegistryError | SourceError | TransportError):
        reason = f"there is no command `{word}`, and the image `{word}` cannot be opened: {error.message}"
        return UsageError(reason, hint=hint if near else error.hint or hint)
    is_wrong = type(error) is click.UsageError or (near and isinstance(error, click.UsageError))
    return UsageError(f"there is no command `{word}`", hint=hint) if is_wrong else None


def nearest_command(word: str) -> str | None:
    """The command that people mean by `word`: one with a similar name, or its name in other tools; None if none is."""
    from difflib import get_close_matches

    return _OTHER_NAMES.get(word) or next(iter(get_close_matches(word, COMMANDS, n=1, cutoff=0.7)), None)


_OTHER_NAMES = {
    "rm": "delete",
    "rmi": "delete",
    "remove": "delete",
    "cp": "copy",
    "images": "catalog",
    "show": "inspect",
    "info": "inspect",
    "dive": "explore",
}
"""Commands of docker, podman, skopeo and dive, and the command that does about the same here."""


def _unknown_word(arguments: list[str]) -> str:
    """The first argument if it is a plain word and not a command; else empty."""
    first = next((argument for argument in arguments if not argument.startswith("-")), "")
    return first if first.isalpha() and first not in COMMANDS else ""
