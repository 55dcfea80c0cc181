"""Help by command or topic, the version, and the completion of shells: `help`, `version`, `completion`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from textwrap import wrap

import click

from layerscope import __version__
from layerscope.cli.command import GROUPS, GroupedOption, command
from layerscope.cli.console import stdout, talk
from layerscope.display import display
from layerscope.errors import UsageError

TOPICS = {
    "sources": "what IMAGE can be",
    "references": "how images in a registry are named",
    "options": "the options that commands share",
    "queries": "the words of `find`, and of / in the explorer",
    "rules": "the rules of `ci`",
    "recipes": "GitHub, GitLab, pre-commit",
    "survey-tables": "the tables of `survey`, and ready queries",
    "exit-codes": "what the exit code says",
    "settings": "config.toml and the variables",
}
INSTALL = {
    "bash": ("~/.local/share/bash-completion/completions", "layerscope"),
    "zsh": ("~/.zfunc", "_layerscope"),
    "fish": ("~/.config/fish/completions", "layerscope.fish"),
}
"""The directory and the file of the script; in zsh, the directory must be in `fpath`."""


@command("help", "help find", "help rules")
@click.argument("name", metavar="[COMMAND|TOPIC]", required=False)
@click.pass_context
def show_help(context: click.Context, name: str | None) -> None:
    """Show the help of the program, of a command, or of a topic."""
    parent = context.parent
    assert parent
    assert isinstance(parent.command, click.Group)
    found = parent.command.get_command(parent, name) if name else None
    if found:
        text = found.get_help(found.make_context(name, [], parent=parent, resilient_parsing=True))
    elif name in TOPICS:
        text = _topic(name, parent)
    elif name:
        hint = f"the topics are {', '.join(TOPICS)}"
        raise UsageError(f"there is no command and no topic `{display(name, limit=100)}`", hint=hint)
    else:
        text = parent.get_help()
    stdout.write_lines(text.splitlines())


@command("version")
def version() -> None:
    """Print the version."""
    stdout.write_lines([f"layerscope {__version__}"])


@command("completion bash", "completion zsh")
@click.argument("shell", type=click.Choice(list(INSTALL)), metavar="SHELL")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes commands, options and images in a shell.

    \b
    bash: layerscope completion bash \\
            > ~/.local/share/bash-completion/completions/layerscope
    zsh:  layerscope completion zsh > ~/.zfunc/_layerscope
          and in ~/.zshrc, before `compinit`: fpath+=~/.zfunc
    fish: layerscope completion fish \\
            > ~/.config/fish/completions/layerscope.fish
    """  # noqa: D301 - click's mark for text that is not wrapped
    from layerscope.cli.completion_scripts import completion_script

    script = completion_script(shell, context.find_root().command)
    directory, file = INSTALL[shell]
    install = f"mkdir -p {directory} && layerscope completion {shell} > {directory}/{file}"
    stdout.write_text(f"{script}# To install: {install}\n")
    if stdout.is_terminal():
        more = "; in ~/.zshrc, add `fpath+=~/.zfunc` before `compinit`" if shell == "zsh" else ""
        talk.note("hint", f"to install, run `{install}`{more}")


def _topic(name: str, group: click.Context) -> str:
    """The text of a topic, and the options that it describes."""
    if name == "options":
        return "\n".join(_described(group, tuple(label for label in GROUPS if label != "Rules")))
    text = resources.files("layerscope.cli").joinpath("topics", f"{name}.txt").read_text("utf-8")
    if name == "survey-tables":
        return "\n".join([text, *_tables_and_queries()])
    if name == "rules":
        return "\n".join([text, *_described(group, ("Rules",)), *_kinds_of_risks()])
    return text


def _kinds_of_risks() -> Iterator[str]:
    """The kinds of risks and of secrets that the rule on risks knows."""
    from layerscope.insight.audit import Kind
    from layerscope.secrets.detector import secret_kinds

    for title, names in (("Kinds of risks", list(Kind)), ("Kinds of secrets", secret_kinds())):
        yield f"{title}:"
        yield from wrap(", ".join(names), 80, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        yield ""


def _tables_and_queries() -> Iterator[str]:
    """The columns of the tables of a survey, and the queries of `survey show`."""
    from layerscope.survey.queries import QUERIES
    from layerscope.survey.schema import schema_lines

    yield from schema_lines()
    yield from ("", "The queries of `survey show`:")
    for query in QUERIES.values():
        yield from ("", f"-- {query.title}", *query.sql.splitlines())


def _described(group: click.Context, labels: tuple[str, ...]) -> Iterator[str]:
    """The options of these groups, each once, with what they do."""
    options = _grouped_options(group)
    for label in labels:
        formatter = click.HelpFormatter(width=80)
        with formatter.section(label):
            formatter.write_dl([(one.usage, one.help or "") for one in options.values() if one.group == label])
        yield formatter.getvalue()


def _grouped_options(group: click.Context) -> dict[str, GroupedOption]:
    assert isinstance(group.command, click.Group)
    commands = [group.command.get_command(group, name) for name in group.command.list_commands(group)]
    found = (one for each in commands if each for one in each.params if isinstance(one, GroupedOption) and one.group)
    return {one.opts[0]: one for one in found}
