"""How the data of a command is printed, as its options say: a table, JSON, YAML, or lines made by a template."""

from dataclasses import dataclass

import click

_KEY = "layerscope.style"
KINDS = ("table", "json", "yaml")


@dataclass(slots=True)
class Style:
    """The kind of output, the template in place of it, and what a terminal gets."""

    kind: str = "table"
    template: str = ""
    is_whole: bool = False
    """Whether lines that are wider than the terminal are printed whole."""
    pages: bool = True
    """Whether long output on a terminal goes to a pager."""

    @property
    def is_data(self) -> bool:
        """Whether the output is made from the rows of the JSON contract."""
        return self.kind != "table" or bool(self.template)


def style() -> Style:
    """The style of the command that runs; in other threads, and without a command, the default style."""
    context = click.get_current_context(silent=True)
    return context.meta.setdefault(_KEY, Style()) if context else Style()
