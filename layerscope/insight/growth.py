"""The rules of the gate that compare the image with another one: how much it grew, and by what."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from layerscope.insight.analysis import Analysis
from layerscope.insight.changed_paths import folded_paths
from layerscope.insight.gate import nodes_matching, of_paths, true_figures, undecided
from layerscope.insight.image_diff import ImageDiff
from layerscope.insight.layer_diff import without_sums
from layerscope.insight.rules import UNKNOWN_PULL, Finding, Growth, Limits, Verdict

MOST_CAUSES = 10
"""Layers, and paths, that a finding names."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A layer or a path that grew: its number or its node, and by how many bytes."""

    layer: int | None
    node: int | None
    growth: int


@dataclass(frozen=True, slots=True)
class GrowthFinding:
    """The result of a rule on growth, and the layers and paths that grew most if it failed."""

    finding: Finding
    causes: tuple[Cause, ...] = ()


def judge_growth(diff: ImageDiff, limits: Limits) -> list[GrowthFinding]:
    """The finding of each rule; none passes if the image was not read whole, none is decided if the other was not."""
    sizes = [side.accounting.image.size for side in (diff.before, diff.after)]
    pulls = [side.image.compressed_size for side in (diff.before, diff.after)]
    wasted = [true_figures(side, limits.ignored_paths).wasted_size for side in (diff.before, diff.after)]
    return [
        _judged(diff, "maxGrowth", sizes, limits.max_growth),
        _judged(diff, "maxPullGrowth", pulls, limits.max_pull_growth),
        _judged(diff, "maxWasteGrowth", wasted, limits.max_waste_growth),
        GrowthFinding(_decided(diff, _new_forbidden(diff, limits.new_forbidden_paths))),
    ]


def _judged(diff: ImageDiff, rule: str, figures: Sequence[int], limit: Growth | None) -> GrowthFinding:
    before, after = figures
    if rule == "maxPullGrowth" and not diff.is_pull_known:
        reason = () if limit is None else (UNKNOWN_PULL,)
        return GrowthFinding(Finding(rule, Verdict.SKIP, None, None, is_size=True, details=reason))
    if limit is None:
        return GrowthFinding(Finding(rule, Verdict.SKIP, after - before, None, is_size=True))
    allowed = limit.limit(before)
    verdict = Verdict.FAIL if after - before > allowed else Verdict.PASS
    finding = _decided(diff, Finding(rule, verdict, after - before, allowed, is_size=True))
    return GrowthFinding(finding, tuple(_causes(diff, rule)) if finding.verdict is Verdict.FAIL else ())


def _decided(diff: ImageDiff, finding: Finding) -> Finding:
    if not diff.before.is_whole:
        return replace(finding, verdict=Verdict.SKIP)
    return undecided([finding], is_whole=diff.after.is_whole)[0]


def _causes(diff: ImageDiff, rule: str) -> list[Cause]:
    """What grew most: layers, then paths."""
    if rule == "maxPullGrowth":
        return _biggest(
            _layers(diff, [[layer.descriptor.size for layer in side.image.layers] for side in _sides(diff)])
        )
    if rule == "maxWasteGrowth":
        return _biggest(_wasted_paths(diff))
    layers = _layers(diff, [[layer.size for layer in side.accounting.layers] for side in _sides(diff)])
    return _biggest(layers) + _biggest([Cause(None, row.node, row.growth) for row in folded_paths(diff.files)])


def _sides(diff: ImageDiff) -> tuple[Analysis, Analysis]:
    return diff.before, diff.after


def _layers(diff: ImageDiff, sizes: Sequence[Sequence[int]]) -> list[Cause]:
    """The growth of each new layer, compared with the layer of the same instruction that it replaces, if there is one.

    `sizes` are those of all layers of both images.
    """
    replaced: defaultdict[str, list[int]] = defaultdict(list)
    for layer in reversed(diff.layers.removed):
        replaced[without_sums(layer.command)].append(sizes[0][layer.number])
    found = []
    for layer in diff.layers.added:
        before = replaced[without_sums(layer.command)]
        found.append(Cause(layer.number, None, sizes[1][layer.number] - (before.pop() if before else 0)))
    return found


def _wasted_paths(diff: ImageDiff) -> list[Cause]:
    grown = diff.after.accounting.wasted_sizes - diff.before.accounting.wasted_sizes
    return [Cause(None, node, int(grown[node])) for node in np.flatnonzero(grown > 0).tolist()]


def _biggest(causes: Sequence[Cause]) -> list[Cause]:
    return sorted((cause for cause in causes if cause.growth > 0), key=lambda cause: -cause.growth)[:MOST_CAUSES]


def _new_forbidden(diff: ImageDiff, globs: Sequence[str]) -> Finding:
    """Forbidden paths in any layer of the image, and in no layer of the other one."""
    if not globs:
        return Finding("newForbiddenPaths", Verdict.SKIP, None, None)
    old, new = nodes_matching(diff.before, globs), nodes_matching(diff.after, globs)
    return of_paths("newForbiddenPaths", diff.after, new[~np.isin(new, old)])
