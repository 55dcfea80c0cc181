"""Commands whose help names their own options first, then the options that they share, then examples."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import click

from layerscope.cli.console.failures import variable_of
from layerscope.errors import UsageError

GROUPS = ("Registry", "Cache", "Output", "Rules")
"""The groups of options. The help of a command only names the options in them; a topic describes each one."""
_LABEL_CELLS = 10
_RANGE = re.compile(r"  \[\d+ or more\]$")
COMPLETE_VARIABLE = "_LAYERSCOPE_COMPLETE"
"""The environment variable by which a shell asks for completions."""


class GroupedOption(click.Option):
    """An option that is described in a topic of `layerscope help`, and only named in the help of its commands."""

    def __init__(self, *args: Any, group: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.group = group

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The parsed value; a `UsageError` about a value from the environment names its variable."""
        try:
            return super().process_value(ctx, value)
        except UsageError as error:
            variable = variable_of(self, ctx)
            error.message = f"`{variable}`: {error.message}" if variable else error.message
            raise

    @property
    def usage(self) -> str:
        """The option with its value, as it is typed."""
        metavar = "" if self.is_flag or self.count else f" {self.make_metavar(click.Context(click.Command('')))}"
        names = sorted((name for name in self.opts if name == name.lower()), key=len)
        return "/".join([", ".join(names), *self.secondary_opts]) + metavar


def group_of(parameter: click.Parameter) -> str:
    """The group of an option; empty for an argument, and for an option that the help of its command describes."""
    return parameter.group if isinstance(parameter, GroupedOption) else ""


class Command(click.Command):
    """A command with `examples`: arguments after `layerscope`, which run as they are if IMAGE is an image."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Describe the options of this command, name the options in groups, and show the examples."""
        parameters = self.get_params(ctx)
        own = [
            (record[0], _RANGE.sub("", record[1]))
            for one in parameters
            if isinstance(one, click.Option) and not group_of(one) and (record := one.get_help_record(ctx))
        ]
        with formatter.section("Options"):
            formatter.write_dl(own)
        shared = [line for group in GROUPS for line in _named(group, parameters, formatter.width)]
        if shared:
            with formatter.section("More options (see `layerscope help options`)"):
                formatter.write("".join(f"  {line}\n" for line in shared))
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"  layerscope {example}\n" for example in self.examples))


def _named(group: str, parameters: list[click.Parameter], width: int) -> Iterator[str]:
    """The lines of a group: its label, and the names of its options."""
    names = [
        one.usage.replace(" ", "\0") for one in parameters if isinstance(one, GroupedOption) and one.group == group
    ]
    lines = textwrap.wrap("  ".join(names), width - _LABEL_CELLS - 2, break_on_hyphens=False, break_long_words=False)
    for number, line in enumerate(lines):
        label = "" if number else f"{group}:"
        yield f"{label:<{_LABEL_CELLS}}{line}".replace("\0", " ")


def command(*examples: str, name: str | None = None, **settings: Any) -> Callable[[Callable[..., None]], Command]:
    """A command with these examples."""
    return click.command(name, cls=Command, examples=examples, **settings)
