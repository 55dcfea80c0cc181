"""Wasted bytes, and the gate for build pipelines: `waste`, `ci`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.console import damage, exit_codes, stdout, talk
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.judging import Base, check_base, judge
from layerscope.cli.options import json_option, layer_option, to_size
from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.insight.rules import Limits

if TYPE_CHECKING:
    from layerscope.report.rows import Row


@click.command
@image_command
@click.option("--files", is_flag=True, help="List every file, even if its whole directory is wasted.")
@click.option("--savings", is_flag=True, help="List changes to the build, and the bytes that each saves.")
@layer_option("Only the wasted bytes that this layer ships.")
@click.option(
    "--min-size",
    default="0",
    callback=to_size,
    metavar="SIZE",
    help="Hide rows smaller than this, for example 20MB. With --json the limit applies to each file.",
)
@json_option
def waste(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest, *, files: bool, savings: bool, layer: int | None, min_size: int, as_json: bool
) -> None:
    """List wasted paths, biggest first, with the layer and the instruction that deleted or overwrote each."""
    analysis = request.load()
    from layerscope.insight.savings import find_savings
    from layerscope.insight.waste import wasted_files, wasted_paths
    from layerscope.report.rows import gap_of, waste_rows
    from layerscope.report.selection import check_layer
    from layerscope.report.waste import saving_lines, saving_rows, wasted_lines, wasted_rows

    def is_wanted(row: Row) -> bool:
        return row["size"] >= min_size and layer in (None, row["layer"])

    if layer is not None:
        check_layer(analysis, layer)
    if savings:
        rows = [row for row in saving_rows(analysis, find_savings(analysis.accounting)) if is_wanted(row)]
    elif as_json:
        rows = [row for row in waste_rows(analysis) if is_wanted(row)]
    else:
        found = (wasted_files if files else wasted_paths)(analysis.accounting)
        rows = [row for row in wasted_rows(analysis, found) if row["size"] and is_wanted(row)]
    gap = gap_of(analysis)

    def lines(rows: Sequence[Row], width: int | None) -> list[str]:
        return saving_lines(rows, gap=gap) if savings else wasted_lines(rows, width, gap=gap)

    stdout.write_listing(rows, lines, as_json=as_json)
    damage.report(analysis)


DEFAULT_RULES_FILE = Path(".dive-ci")
FORMATS = ("text", "json", "junit", "github", "markdown")
RULE_OPTIONS = {
    "lowestEfficiency": ("SHARE", "Minimum share of live bytes, 0 to 1; by default 0.9."),
    "highestWastedBytes": ("SIZE", "Maximum wasted size."),
    "highestUserWastedPercent": (
        "SHARE",
        "Maximum wasted share of all layers except the lowest, 0 to 1; by default 0.1.",
    ),
    "maxSize": ("SIZE", "Maximum unpacked size."),
    "maxCompressedSize": ("SIZE", "Maximum pull size."),
    "maxLayers": ("N", "Maximum number of layers."),
    "maxLayerSize": ("SIZE", "Maximum unpacked size of a layer."),
    "maxGrowth": ("SIZE|PERCENT", "With --against: maximum growth of the unpacked size, for example 20MB or 5%."),
    "maxPullGrowth": ("SIZE|PERCENT", "With --against: maximum growth of the pull size."),
    "maxWasteGrowth": ("SIZE|PERCENT", "With --against: maximum growth of the wasted size."),
}
LIST_OPTIONS = {
    "ignoredPaths": ("--ignore", "Do not count waste at these paths."),
    "forbiddenPaths": ("--forbid", "Fail if a layer has these paths, even if a later layer deletes them."),
    "newForbiddenPaths": ("--forbid-new", "With --against: fail if only the new image has these paths in a layer."),
}


def _rule_options(function: Callable[..., None]) -> Callable[..., None]:
    """An option for each rule, in two spellings: with hyphens, and as dive spells it."""
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
    help="The file with the rules; by default .dive-ci, if it exists.",
)
@click.option(
    "--against", metavar="BASE", help="Compare IMAGE with this image, for example the one of the last release."
)
@click.option("--allow-missing-base", is_flag=True, help="Skip the rules that compare if BASE does not exist.")
@_rule_options
@click.option("--compat", type=click.Choice(["dive"]), help="Use the figures that dive shows, even if they are wrong.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", help="The format of the findings.")
def ci(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest,
    *,
    rules_file: Path | None,
    against: str | None,
    allow_missing_base: bool,
    compat: str | None,
    kind: str,
    **rules: Any,
) -> None:
    """Check an image against limits; exit 1 if one is exceeded, exit 2 if an error occurs.

    An option overrides the same rule in the file; the value `disabled` turns a rule off. Globs add to those of the
    file.

    With --against, the growth since BASE can be limited too. A percentage is a share of the figure of BASE; of zero,
    every percentage is zero. If BASE does not exist, that is an error.
    """
    request.check()
    limits = _limits(rules_file, {name: value for name, value in rules.items() if value not in (None, ())})
    base = Base(against, may_be_missing=allow_missing_base) if against is not None else None
    check_base(limits, base)
    judgement = judge(request, limits, base, like_dive=compat == "dive")
    from layerscope.insight.gate import failed
    from layerscope.report.findings import FORMATS as WRITERS

    if compat and limits.ignored_paths:
        talk.warning("`ignoredPaths` has no effect with `--compat dive`: dive has no such rule")
    stdout.write_text(WRITERS[kind](judgement.findings, judgement.gap))
    if judgement.show_damage() or judgement.gap:
        click.get_current_context().exit(exit_codes.TROUBLE)
    if failed(judgement.findings):
        click.get_current_context().exit(exit_codes.CHECK_FAILED)


def _limits(path: Path | None, options: dict[str, Any]) -> Limits:
    """The limits of the rules file, with the options added; raises `UsageError`."""
    from layerscope.insight.rules import merged_limits, parse_limits

    if path is None and DEFAULT_RULES_FILE.exists():
        path = DEFAULT_RULES_FILE
    of_file = _limits_of_file(path) if path else {}
    return merged_limits(of_file, parse_limits(options, "on the command line"))


def _limits_of_file(path: Path) -> dict[str, Any]:
    from layerscope.insight.rules import parse_limits
    from layerscope.insight.rules_file import MAX_SIZE, parse_rules

    name = display(str(path), limit=200)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise UsageError(f"cannot read `{name}`: {error.strerror}") from error
    return parse_limits(parse_rules(data, name), f"in `{name}`")
