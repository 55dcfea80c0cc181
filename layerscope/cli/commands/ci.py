"""The gate for build pipelines: `ci`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from layerscope.cli.console import damage, exit_codes, stdout, talk
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.insight.rules import Limits

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
}
LIST_OPTIONS = {
    "ignoredPaths": ("--ignore", "Do not count waste at these paths."),
    "forbiddenPaths": ("--forbid", "Fail if a layer has these paths, even if a later layer deletes them."),
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
@_rule_options
@click.option("--compat", type=click.Choice(["dive"]), help="Use the figures that dive shows, even if they are wrong.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", help="The format of the findings.")
def ci(request: ImageRequest, *, rules_file: Path | None, compat: str | None, kind: str, **rules: Any) -> None:
    """Check an image against limits; exit 1 if one is exceeded, exit 2 if an error occurs.

    An option overrides the same rule in the file; the value `disabled` turns a rule off. Globs add to those of the
    file.
    """
    request.check()
    limits = _limits(rules_file, {name: value for name, value in rules.items() if value not in (None, ())})
    analysis = request.load()
    from layerscope.insight.gate import failed, judge
    from layerscope.report.findings import FORMATS as WRITERS
    from layerscope.report.gaps import gap_of

    if compat and limits.ignored_paths:
        talk.warning("`ignoredPaths` has no effect with `--compat dive`: dive has no such rule")
    findings = judge(analysis, limits, like_dive=compat == "dive")
    lack = gap_of(analysis)
    stdout.write_text(WRITERS[kind](findings, lack))
    damage.report(analysis)
    if lack:
        click.get_current_context().exit(exit_codes.TROUBLE)
    if failed(findings):
        click.get_current_context().exit(exit_codes.CHECK_FAILED)


def _limits(path: Path | None, options: dict[str, Any]) -> Limits:
    """The limits of the rules file, with the options added; raises `UsageError`."""
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
        raise UsageError(f"cannot read `{name}`: {error.strerror}") from error
    return parse_limits(parse_rules(data, name), f"`{name}`")
