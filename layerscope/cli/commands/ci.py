"""The gate for build pipelines, for one image or for an image and another one: `ci`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from layerscope.cli.command import GroupedOption, command
from layerscope.cli.console import damage, exit_codes, stdout, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_pair import ImagePair, load_pair
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.insight.rules import Finding, Limits, merged_limits, parse_limits

if TYPE_CHECKING:
    from layerscope.insight.analysis import Analysis


DEFAULT_RULES_FILE = Path(".dive-ci")
FORMATS = ("text", "json", "junit", "github", "gitlab", "markdown")
RULE_OPTIONS = {
    "lowestEfficiency": (
        "SHARE",
        "Minimum share of bytes that are still in the final file system, 0 to 1; by default 0.9.",
    ),
    "highestWastedBytes": ("SIZE", "Maximum wasted size."),
    "highestUserWastedPercent": (
        "SHARE",
        "Maximum wasted share of the bytes above layer 0, or above the image of --base, from 0 to 1; by default 0.1.",
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
    "ignoredPaths": ("--ignore", "Do not count the waste at the paths that match GLOB."),
    "forbiddenPaths": ("--forbid", "Fail if a layer has a path that matches GLOB, even if a later layer deletes it."),
    "forbiddenPackages": (
        "--forbid-package",
        "Fail if a layer has a package whose name matches GLOB, for example gcc* or npm:left-pad.",
    ),
    "forbiddenRisks": (
        "--forbid-risk",
        "Fail if `audit` lists a risk whose kind or severity matches GLOB, for example secret or high.",
    ),
    "newForbiddenPaths": (
        "--forbid-new",
        "With --against: as --forbid, but paths in the layers of IMAGE2 are allowed.",
    ),
}

OPTIONS = {
    **{name: "--" + re.sub("([A-Z])", lambda match: f"-{match[1].lower()}", name) for name in RULE_OPTIONS},
    **{name: option for name, (option, _) in LIST_OPTIONS.items()},
}
"""The option of each rule."""


_rule = partial(click.option, cls=GroupedOption, group="Rules")


def _rule_options(function: Callable[..., None]) -> Callable[..., None]:
    """An option for each rule, in two spellings: with hyphens, and as dive spells it."""
    for name, (option, summary) in reversed(LIST_OPTIONS.items()):
        function = _rule(option, name, multiple=True, metavar="GLOB", help=summary)(function)
    for name, (metavar, summary) in reversed(RULE_OPTIONS.items()):
        function = _rule(OPTIONS[name], f"--{name}", name, metavar=metavar, help=summary)(function)
    return function


@command(
    "ci IMAGE --max-size 200MB --forbid .git", "ci IMAGE --against IMAGE2 --max-growth 5%", "ci IMAGE --format github"
)
@image_command
@click.option(
    "--ci-config",
    "rules_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file with the rules (default: .dive-ci).",
)
@click.option("--against", metavar="IMAGE2", help="Compare IMAGE with this image, for example with the last release.")
@click.option(
    "--base",
    "mine_above",
    metavar="IMAGE",
    help="The base image, for --mine and highestUserWastedPercent.",
)
@click.option("--mine", is_flag=True, help="Check only the layers above the base image.")
@click.option(
    "--allow-missing-base",
    is_flag=True,
    help="If the image of --against does not exist, skip the rules that need it.",
)
@_rule_options
@click.option("--compat", type=click.Choice(["dive"]), help="Use the formulas of dive, even if their result is wrong.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", help="The format of the findings.")
def ci(  # noqa: PLR0913 - as many as the command has options
    request: ImageRequest,
    *,
    rules_file: Path | None,
    against: str | None,
    mine_above: str | None,
    mine: bool,
    allow_missing_base: bool,
    compat: str | None,
    kind: str,
    **rules: Any,
) -> None:
    """Check an image against rules; exit 1 if a rule fails, exit 2 on an error.

    `layerscope help rules` describes the rules, and `layerscope help recipes` shows how to run the gate on GitHub and
    GitLab.
    """
    request = replace(request, is_strict=True)
    request.check()
    limits = _limits(rules_file, {name: value for name, value in rules.items() if value not in (None, ())})
    other = Other(against, may_be_missing=allow_missing_base) if against is not None else None
    _check_other(limits, other)
    if mine and compat:
        raise UsageError("`--mine` and `--compat` exclude each other: dive knows no base image")
    judge = Judge(replace(limits, only_mine=mine), mine_above, like_dive=compat == "dive")
    judgement = _judge(request, judge, other)
    from layerscope.insight.gate import failed
    from layerscope.insight.gate_risks import unknown_risks
    from layerscope.report.findings import FORMATS as WRITERS

    if compat and limits.ignored_paths:
        talk.warning("`ignoredPaths` has no effect with `--compat dive`: dive has no such rule")
    for glob in unknown_risks(limits.forbidden_risks):
        talk.warning(f"no risk is named `{display(glob, limit=60)}`; `layerscope help rules` lists the kinds")
    stdout.write_text(WRITERS[kind](judgement.findings, judgement.gap))
    if judgement.show_damage() or judgement.gap:
        click.get_current_context().exit(exit_codes.TROUBLE)
    if failed(judgement.findings):
        click.get_current_context().exit(exit_codes.CHECK_FAILED)


def _limits(path: Path | None, options: dict[str, Any]) -> Limits:
    """The limits of the rules file, with the options added; raises `UsageError`."""
    if path is None and DEFAULT_RULES_FILE.exists():
        path = DEFAULT_RULES_FILE
    of_file = _limits_of_file(path) if path else {}
    return merged_limits(of_file, parse_limits(options, "on the command line", OPTIONS))


def _limits_of_file(path: Path) -> dict[str, Any]:
    from layerscope.insight.rules_file import MAX_SIZE, parse_rules

    name = display(str(path), limit=200)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise UsageError(f"cannot read `{name}`: {error.strerror}") from error
    return parse_limits(parse_rules(data, name), f"in `{name}`")


@dataclass(frozen=True, slots=True)
class Other:
    """The image of `--against`; with `may_be_missing`, the rules that compare are skipped if it does not exist."""

    text: str
    may_be_missing: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings, which layers were not read whole (empty if all were), and the images by the name in messages."""

    findings: list[Finding]
    gap: str
    images: dict[str, Analysis]

    def show_damage(self) -> bool:
        """Print the warnings and the damaged layers; returns whether there is damage."""
        return damage.show_all(self.images)


def _check_other(limits: Limits, other: Other | None) -> None:
    """Raise `UsageError` if rules compare, but with nothing: such a gate would pass whatever the image is."""
    if other is None and limits.comparing_rules:
        rule = limits.comparing_rules[0]
        raise UsageError(f"the rule `{rule}` needs another image to compare with", hint="use `--against IMAGE2`")
    if other and not limits.comparing_rules:
        talk.warning("`--against` has no effect: no rule limits the growth")


@dataclass(frozen=True, slots=True)
class Judge:
    """The limits, the base of the layers that are mine, and whether dive's formulas count."""

    limits: Limits
    mine_above: str | None
    like_dive: bool

    def findings(self, request: ImageRequest, analysis: Analysis) -> list[Finding]:
        """The findings of the rules that do not compare."""
        from layerscope.insight.gate import judge as judge_image
        from layerscope.report.gate_details import explained

        limits = self.limits
        if self.mine_above is not None or limits.only_mine:
            from layerscope.cli.base_image import required_base

            base = required_base(request, analysis.image, self.mine_above)
            limits = replace(limits, first_of_mine=base.layer_count)
        return explained(analysis, judge_image(analysis, limits, like_dive=self.like_dive), limits)


def _judge(request: ImageRequest, judge: Judge, other: Other | None) -> Judgement:
    """Read the image, and the one of `--against` if there is one, and check the limits."""
    if other is None:
        return _judge_alone(request, judge)
    pair = ImagePair(replace(request, text=other.text), request)
    pair.check()
    if other.may_be_missing and not _exists(pair.a):
        from layerscope.report.findings import skipped_findings

        alone = _judge_alone(request, judge)
        return replace(alone, findings=[*alone.findings, *skipped_findings(judge.limits, other.text)])
    return _judge_pair(pair, judge)


def _judge_alone(request: ImageRequest, judge: Judge) -> Judgement:
    analysis = request.load()
    from layerscope.report.rows import gap_of

    return Judgement(judge.findings(request, analysis), gap_of(analysis), {"": analysis})


def _judge_pair(pair: ImagePair, judge: Judge) -> Judgement:
    with pair.opened() as (other, image):
        diff = load_pair(other, image)
    from layerscope.insight.growth import judge_growth
    from layerscope.report.findings import gap_of_both, worded

    findings = judge.findings(pair.b, diff.after)
    findings += worded(diff, judge_growth(diff, judge.limits))
    return Judgement(findings, gap_of_both(diff), {"the image of `--against`": diff.before, "the image": diff.after})


def _exists(other: ImageRequest) -> bool:
    """Whether the image exists; one that is damaged, or that cannot be reached, is an error and not missing."""
    with closing(other.open()) as store:
        try:
            interruptible(lambda _cancellation: store.roots(other.platform), store.close)
        except NotFound as error:
            talk.warning(f"the rules that need the image of `--against` are skipped: {error.message}")
            return False
    return True
