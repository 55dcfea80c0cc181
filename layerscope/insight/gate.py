"""Hold an image against the limits of the gate."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import translate
from typing import TYPE_CHECKING

import numpy as np

from layerscope.display import display
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.versions import NEVER
from layerscope.insight.dive import dive_figures
from layerscope.insight.rules import Finding, Limits, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from layerscope.insight.image_facts import ImageFacts

MAX_DETAILS = 20
"""So many paths are named; more are counted."""


@dataclass(frozen=True, slots=True)
class GateFigures:
    """The figures that limits are held against; `user_wasted_share` is that of all layers but the lowest."""

    efficiency: float
    wasted_size: int
    user_wasted_share: float


def true_figures(facts: ImageFacts, ignored: Sequence[str] = ()) -> GateFigures:
    """The figures by the fate of every byte; dead files at ignored paths count neither as wasted nor at all.

    What layers above the lowest ship in vain is held against what they ship.
    """
    payloads = facts.accounting.payloads
    counted = ~(payloads.dead & _matching(facts, payloads.nodes, ignored))
    wasted = counted & payloads.dead
    user, user_wasted = counted & (payloads.layers > 0), wasted & (payloads.layers > 0)
    size, wasted_size, user_size, user_wasted_size = (
        int(payloads.sizes[chosen].sum()) for chosen in (counted, wasted, user, user_wasted)
    )
    efficiency = (size - wasted_size) / size if size else 1.0
    return GateFigures(efficiency, wasted_size, user_wasted_size / user_size if user_size else 0.0)


def dive_gate_figures(facts: ImageFacts) -> GateFigures:
    """The figures by dive's formulas, which hold all that is wasted against the layers above the lowest."""
    figures = dive_figures([content.index for content in facts.contents if content])
    return GateFigures(figures.efficiency, figures.wasted_size, figures.wasted_user_share)


def judge(facts: ImageFacts, limits: Limits, *, like_dive: bool = False) -> list[Finding]:
    """Every rule's finding, in the order of the rules; no rule is kept to by an image that was not read whole."""
    findings = _findings(facts, limits, like_dive=like_dive)
    if facts.is_whole:
        return findings
    return [replace(found, verdict=Verdict.SKIP) if found.verdict is Verdict.PASS else found for found in findings]


def _findings(facts: ImageFacts, limits: Limits, *, like_dive: bool) -> list[Finding]:
    figures = dive_gate_figures(facts) if like_dive else true_figures(facts, limits.ignored_paths)
    sizes = [layer.size for layer in facts.accounting.layers]
    return [
        _at_least("lowestEfficiency", figures.efficiency, limits.lowest_efficiency),
        _at_most("highestWastedBytes", figures.wasted_size, limits.highest_wasted_size, is_size=True),
        _at_most("highestUserWastedPercent", figures.user_wasted_share, limits.highest_user_wasted_share),
        _at_most("maxSize", facts.accounting.image.size, limits.max_size, is_size=True),
        _at_most("maxCompressedSize", facts.image.compressed_size, limits.max_compressed_size, is_size=True),
        _at_most("maxLayers", len(facts.image.layers), limits.max_layer_count),
        _at_most("maxLayerSize", max(sizes, default=0), limits.max_layer_size, is_size=True),
        _forbidden(facts, limits.forbidden_paths),
    ]


def failed(findings: Sequence[Finding]) -> bool:
    """Whether any rule failed."""
    return any(finding.verdict == Verdict.FAIL for finding in findings)


def glob_matcher(globs: Sequence[str]) -> Callable[[bytes], bool]:
    """A test of paths without leading slash, for the paths that globs name and all below them.

    `*` crosses slashes, and a glob without a slash matches anywhere; one at its end says no more than that it is a
    directory's. Characters are those of UTF-8, and each byte that is none is one.
    """
    tops = [glob.strip("/") for glob in globs]
    tops += [f"*/{glob.rstrip('/')}" for glob in globs if "/" not in glob.rstrip("/")]
    if not tops:
        return lambda _path: False
    matches = re.compile("|".join(translate(top + below) for top in tops for below in ("", "/*"))).match
    return lambda path: matches(path.decode(errors="surrogateescape")) is not None


def _matching(facts: ImageFacts, nodes: NDArray[np.int32], globs: Sequence[str]) -> NDArray[np.bool_]:
    if not globs:
        return np.zeros(len(nodes), bool)
    matches = glob_matcher(globs)
    return np.fromiter((bool(matches(facts.stack.nodes.path(node))) for node in nodes.tolist()), bool, len(nodes))


def _at_most(rule: str, figure: float, limit: float | None, *, is_size: bool = False) -> Finding:
    verdict = Verdict.SKIP if limit is None else Verdict.FAIL if figure > limit else Verdict.PASS
    return Finding(rule, verdict, figure, limit, is_size)


def _at_least(rule: str, figure: float, limit: float | None) -> Finding:
    verdict = Verdict.SKIP if limit is None else Verdict.FAIL if limit > figure else Verdict.PASS
    return Finding(rule, verdict, figure, limit)


def _forbidden(facts: ImageFacts, globs: Sequence[str]) -> Finding:
    """Forbidden paths are looked for in every layer: what a later layer deleted is still shipped."""
    if not globs:
        return Finding("forbiddenPaths", Verdict.SKIP, None, None)
    versions = facts.stack.versions
    explicit = versions.rows != facts.stack.entries.implied_row
    ever = np.unique(versions.nodes[explicit & (versions.nodes != ROOT)])
    found = ever[_matching(facts, ever, globs)].tolist()
    names = [_where(facts, node) for node in found[:MAX_DETAILS]]
    if len(found) > MAX_DETAILS:
        names.append(f"and {len(found) - MAX_DETAILS} more")
    verdict = Verdict.FAIL if found else Verdict.PASS
    return Finding("forbiddenPaths", verdict, len(found), 0, details=tuple(names))


def _where(facts: ImageFacts, node: int) -> str:
    """The path, with the layer that brought its last version and, if it is gone, the one that deleted it."""
    versions = facts.stack.versions
    last = versions.of_node(node)[-1]
    born, died = int(versions.born[last]), int(versions.died[last])
    gone = "" if died == NEVER else f", deleted in layer {died}"
    return f"/{display(facts.stack.nodes.path(node))} (layer {born}{gone})"
