"""The gate for build pipelines: `ci`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.console import talk
from layerscope.cli.console.damage import report_damage
from layerscope.cli.console.exit_codes import CHECK_FAILED, TROUBLE
from layerscope.cli.console.output import write_text
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerscope.insight.rules import Limits

DEFAULT_RULES_FILE = Path(".dive-ci")
FORMATS = ("text", "json", "junit", "github", "markdown")
RULE_OPTIONS = {
    "lowestEfficiency": ("SHARE", "At least this share of the bytes lives, 0 to 1; 0.9 where nothing is said."),
    "highestWastedBytes": ("SIZE", "At most so many bytes are wasted."),
    "highestUserWastedPercent": ("SHARE", "At most this share of all layers but the lowest is wasted; 0.1 by default."),
    "maxSize": ("SIZE", "The image unpacks to no more."),
    "maxCompressedSize": ("SIZE", "A pull transfers no more."),
    "maxLayers": ("N", "There are no more layers."),
    "maxLayerSize": ("SIZE", "No layer unpacks to more."),
}
LIST_OPTIONS = {
    "ignoredPaths": ("--ignore", "Waste at these paths does not count."),
    "forbiddenPaths": ("--forbid", "No layer may bring these paths, even if a later one deletes them."),
}


def _rule_options(function: Callable[..., None]) -> Callable[..., None]:
    """An option for each rule, in our spelling and in dive's."""
    for name, (option, summary) in reversed(LIST_OPTIONS.items()):
        function = click.option(option, name, multiple=True, metavar="GLOB", help=summary)(function)
    for name, (metavar, summary) in reversed(RULE_OPTIONS.items()):
        spelling = "".join(f"-{char.lower()}" if char.isupper() else char for char in name)
        function = click.option(f"--{spelling}", f"--{name}", name, metavar=metavar, help=summary)(function)
    return function


@click.command
@image_command
@click.option(
    "--ci-config",
    "rules_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file with the rules; .dive-ci where there is one.",
)
@_rule_options
@click.option("--compat", type=click.Choice(["dive"]), help="Use dive's own figures, right or wrong.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", help="How to print the findings.")
def ci(request: ImageRequest, *, rules_file: Path | None, compat: str | None, kind: str, **rules: Any) -> None:
    """Hold an image against limits: exit code 0 where it keeps to all of them, 1 where it does not, 2 for trouble.

    A rule given here replaces the one of the file; `disabled` turns it off. Globs add to those of the file.
    """
    request.check()
    limits = _limits(rules_file, {name: value for name, value in rules.items() if value not in (None, ())})
    facts = request.load()
    from layerscope.insight.gate import failed, judge
    from layerscope.report.findings import FORMATS as WRITERS
    from layerscope.report.gaps import gap_of

    if compat and limits.ignored_paths:
        talk.warning("`ignoredPaths` does not bear on dive's figures: dive knows no such rule")
    findings = judge(facts, limits, like_dive=compat == "dive")
    lack = gap_of(facts)
    write_text(WRITERS[kind](findings, lack))
    report_damage(facts)
    if lack:
        click.get_current_context().exit(TROUBLE)
    if failed(findings):
        click.get_current_context().exit(CHECK_FAILED)


def _limits(path: Path | None, options: dict[str, Any]) -> Limits:
    """The limits of the rules file, with the options on top of them; raises `UsageError`."""
    from layerscope.insight.rules import merged_limits, parse_limits

    if path is None and DEFAULT_RULES_FILE.exists():
        path = DEFAULT_RULES_FILE
    of_file = _limits_of_file(path) if path else {}
    return merged_limits(of_file, parse_limits(options, "the command line"))


def _limits_of_file(path: Path) -> dict[str, Any]:
    from layerscope.insight.rules import parse_limits
    from layerscope.insight.rules_file import MAX_SIZE, parse_rules

    name = display(str(path), limit=200)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise UsageError(f"`{name}` cannot be read: {error.strerror}") from error
    return parse_limits(parse_rules(data, name), f"`{name}`")
