"""How `ci` gets its findings: from one image, or from an image and its base."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layerscope.cli.console import damage, talk
from layerscope.cli.console.work import interruptible
from layerscope.cli.image_pair import ImagePair, load_pair
from layerscope.cli.image_request import ImageRequest
from layerscope.errors import NotFound, UsageError
from layerscope.insight.rules import Limits

if TYPE_CHECKING:
    from layerscope.insight.analysis import Analysis
    from layerscope.insight.rules import Finding


@dataclass(frozen=True, slots=True)
class Base:
    """The image to compare with; with `may_be_missing`, the rules that compare are skipped if it does not exist."""

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


def check_base(limits: Limits, base: Base | None) -> None:
    """Raise `UsageError` if rules compare and there is no base: such a gate would pass whatever the image is."""
    if base is None and limits.comparing_rules:
        rule = limits.comparing_rules[0]
        raise UsageError(f"`{rule}` compares the image with another one", hint="name it with `--against BASE`")
    if base and not limits.comparing_rules:
        talk.warning("no rule compares the image with the one of `--against`")


def judge(request: ImageRequest, limits: Limits, base: Base | None, *, like_dive: bool) -> Judgement:
    """Read the image, and the base if there is one, and check the limits."""
    if base is None:
        return _judge_alone(request, limits, like_dive=like_dive)
    pair = ImagePair(replace(request, text=base.text), request)
    pair.check()
    if base.may_be_missing and not _exists(pair.a):
        from layerscope.report.growth import skipped_findings

        alone = _judge_alone(request, limits, like_dive=like_dive)
        return replace(alone, findings=[*alone.findings, *skipped_findings(limits, base.text)])
    return _judge_pair(pair, limits, like_dive=like_dive)


def _judge_alone(request: ImageRequest, limits: Limits, *, like_dive: bool) -> Judgement:
    analysis = request.load()
    from layerscope.insight.gate import judge as judge_image
    from layerscope.report.rows import gap_of

    return Judgement(judge_image(analysis, limits, like_dive=like_dive), gap_of(analysis), {"": analysis})


def _judge_pair(pair: ImagePair, limits: Limits, *, like_dive: bool) -> Judgement:
    with pair.opened() as (base, image):
        diff = load_pair(base, image)
    from layerscope.insight.gate import judge as judge_image
    from layerscope.insight.growth import judge_growth
    from layerscope.report.growth import gap_of_both, worded

    findings = judge_image(diff.after, limits, like_dive=like_dive)
    findings += worded(diff, judge_growth(diff, limits))
    return Judgement(findings, gap_of_both(diff), {"the base": diff.before, "the image": diff.after})


def _exists(base: ImageRequest) -> bool:
    """Whether the base exists; a base that is damaged, or that cannot be reached, is an error and not missing."""
    with closing(base.open()) as store:
        try:
            interruptible(lambda _cancellation: store.roots(base.platform), store.close)
        except NotFound as error:
            talk.warning(f"the base is skipped: {error.message}")
            return False
    return True
