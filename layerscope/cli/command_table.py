"""The commands by name, in the order of the help; the module of each is imported only when it runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.completion import complete_image
from layerscope.cli.options import name_variables

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

DEFAULT = "explore"
"""The command to run if the first argument is an IMAGE, and not a command."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: its `module:function` in `layerscope.cli.commands`, one line of help, and its section there."""

    target: str
    summary: str
    section: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, name = self.target.partition(":")
        command = getattr(import_module(f"layerscope.cli.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command


COMMANDS = {
    "explore": CommandEntry(
        "explore:explore", "Explore an image on the terminal; in a pipe, print an overview", "Explore"
    ),
    "demo": CommandEntry("explore:demo", "Explore a sample image from a registry on this machine", "Explore"),
    "build": CommandEntry("build:build", "Build an image with docker, podman or buildah, and explore it", "Explore"),
    "inspect": CommandEntry("reading:inspect", "Show a summary: digest, platform, sizes, waste", "Image"),
    "history": CommandEntry("reading:history", "List the build steps, newest first, with their layers", "Image"),
    "dockerfile": CommandEntry(
        "reading:dockerfile", "Print the build as a Dockerfile, with the sizes of each step", "Image"
    ),
    "layers": CommandEntry("reading:layers", "List the layers: digest, sizes, entries, status", "Image"),
    "manifest": CommandEntry("reading:manifest", "Print the manifest as JSON", "Image"),
    "config": CommandEntry("reading:config", "Print the image config as JSON", "Image"),
    "packages": CommandEntry("packages:packages", "List the packages of an image with their bytes and layers", "Image"),
    "ls": CommandEntry("files:ls", "List the files of an image or of one layer, or deleted files", "Files"),
    "find": CommandEntry("find:find", "List the files of an image that match a query, biggest first", "Files"),
    "blame": CommandEntry("find:blame", "List every version of a path, with the layer and the instruction", "Files"),
    "cat": CommandEntry("files:cat", "Print a file of the image, as it was after any layer", "Files"),
    "extract": CommandEntry("files:extract", "Write a file or a directory of the image to disk", "Files"),
    "diff": CommandEntry(
        "diff:diff", "Show what changed between two images, and the bytes to pull", "Compare and check"
    ),
    "audit": CommandEntry(
        "audit:audit",
        "List secrets, risky permissions and other things that should not be in an image",
        "Compare and check",
    ),
    "waste": CommandEntry("waste:waste", "List wasted bytes by path, and how to avoid them", "Compare and check"),
    "ci": CommandEntry("ci:ci", "Check an image against rules; exit 1 if a rule fails", "Compare and check"),
    "verify": CommandEntry(
        "blob:verify", "Check size, digest and diff_id of each part of an image", "Compare and check"
    ),
    "export": CommandEntry("reading:export", "Write a report on an image for other programs", "Compare and check"),
    "blob": CommandEntry("blob:blob", "Print the exact bytes of a manifest, config or layer", "Compare and check"),
    "tags": CommandEntry("registry:tags", "List the tags of a repository", "Registry"),
    "catalog": CommandEntry("registry:catalog", "List the repositories of a registry", "Registry"),
    "referrers": CommandEntry(
        "registry:referrers", "List the signatures, SBOMs and attestations of an image", "Registry"
    ),
    "survey": CommandEntry("survey:survey", "Read many images, and show what they share and waste", "Registry"),
    "tag": CommandEntry("publishing:tag", "Add a tag to an image, or copy it to another repository", "Registry"),
    "copy": CommandEntry("publishing:copy", "Copy an image to another registry, a directory or a file", "Registry"),
    "push": CommandEntry("publishing:push", "Upload an image from this machine to a registry", "Registry"),
    "delete": CommandEntry(
        "publishing:delete", "Delete a tag, or a manifest and all tags that point to it", "Registry"
    ),
    "cache": CommandEntry("cache:cache", "List or empty the cache of layers and manifests", "Program"),
    "help": CommandEntry("help:show_help", "Show the help of a command or a topic", "Program"),
    "version": CommandEntry("help:version", "Print the version", "Program"),
    "completion": CommandEntry("help:completion", "Print the completion script of a shell", "Program"),
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
        name = "ci" if _is_for_ci(args) else DEFAULT
        return name, self.get_command(ctx, name), [argument for argument in args if argument != "--ci"]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list in the help from the table, by section, without importing the commands."""
        formatter.write("\n")
        for section, entries in groupby(COMMANDS.items(), lambda item: item[1].section):
            formatter.write(f"{section}\n")
            formatter.write("".join(f"  {name:<11} {entry.summary}\n" for name, entry in entries))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options or the commands of the table that start with `incomplete`, or else images."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.summary) for name, entry in COMMANDS.items() if name.startswith(incomplete)
        ]
        explore = self.get_command(ctx, DEFAULT)
        assert explore
        return found or complete_image(ctx, explore.params[0], incomplete)


def _is_for_ci(args: list[str]) -> bool:
    """Whether dive would run its gate: with `--ci`, or with `CI=true`; the latter only counts if there are rules."""
    is_ci = os.environ.get("CI", "").lower() in ("1", "true") and Path(".dive-ci").exists()
    return "--ci" in args or (is_ci and any(not one.startswith("-") for one in args))
