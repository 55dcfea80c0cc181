"""Check an image against the limits of the gate."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase, translate

import numpy as np
from numpy.typing import NDArray

from layerscope.display import display
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.ownership import Installed
from layerscope.filesystem.versions import NEVER
from layerscope.insight.analysis import Analysis
from layerscope.insight.dive import dive_figures
from layerscope.insight.gate_risks import forbidden_risks
from layerscope.insight.rules import UNKNOWN_PULL, Finding, Limits, Verdict
from layerscope.packages.package import Package

MAX_DETAILS = 20
"""Paths that a finding names; the others are counted."""


@dataclass(frozen=True, slots=True)
class GateFigures:
    """The figures that have limits; `user_wasted_share` covers all layers except the lowest."""

    efficiency: float
    wasted_size: int
    user_wasted_share: float


def true_figures(
    analysis: Analysis, ignored: Sequence[str] = (), first_of_mine: int = 1, first: int = 0
) -> GateFigures:
    """The figures of the layers from `first` on by the fate of every byte; dead files at ignored paths do not count.

    The share for the layers from `first_of_mine` on is the part of their own bytes that is dead.
    """
    payloads = analysis.accounting.payloads
    counted = (payloads.layers >= first) & ~(payloads.dead & _matching(analysis, payloads.nodes, ignored))
    wasted = counted & payloads.dead
    is_mine = payloads.layers >= first_of_mine
    user, user_wasted = counted & is_mine, wasted & is_mine
    size, wasted_size, user_size, user_wasted_size = (
        int(payloads.sizes[chosen].sum()) for chosen in (counted, wasted, user, user_wasted)
    )
    efficiency = (size - wasted_size) / size if size else 1.0
    return GateFigures(efficiency, wasted_size, user_wasted_size / user_size if user_size else 0.0)


def dive_gate_figures(analysis: Analysis) -> GateFigures:
    """The figures by dive's formulas, which divide all wasted bytes by the size of the layers above the lowest."""
    figures = dive_figures([content.index for content in analysis.contents if content])
    return GateFigures(figures.efficiency, figures.wasted_size, figures.wasted_user_share)


def judge(analysis: Analysis, limits: Limits, *, like_dive: bool = False) -> list[Finding]:
    """The finding of each rule, in the order of the rules; no rule passes if the image was not read whole."""
    return undecided(_findings(analysis, limits, like_dive=like_dive), is_whole=analysis.is_whole)


def undecided(findings: list[Finding], *, is_whole: bool) -> list[Finding]:
    """The findings; if not everything was read, rules that passed are skipped."""
    if is_whole:
        return findings
    return [replace(found, verdict=Verdict.SKIP) if found.verdict is Verdict.PASS else found for found in findings]


def _findings(analysis: Analysis, limits: Limits, *, like_dive: bool) -> list[Finding]:
    first = limits.first_checked
    if like_dive:
        figures = dive_gate_figures(analysis)
    else:
        figures = true_figures(analysis, limits.ignored_paths, limits.first_of_mine, first)
    sizes = [layer.size for layer in analysis.accounting.layers[first:]]
    return [
        _at_least("lowestEfficiency", figures.efficiency, limits.lowest_efficiency),
        _at_most("highestWastedBytes", figures.wasted_size, limits.highest_wasted_size, is_size=True),
        _at_most("highestUserWastedPercent", figures.user_wasted_share, limits.highest_user_wasted_share),
        _at_most("maxSize", sum(sizes), limits.max_size, is_size=True),
        _pull(analysis, limits.max_compressed_size, first),
        _at_most("maxLayers", len(sizes), limits.max_layer_count),
        _at_most("maxLayerSize", max(sizes, default=0), limits.max_layer_size, is_size=True),
        _forbidden(analysis, limits.forbidden_paths, first),
        _forbidden_packages(analysis, limits.forbidden_packages, first),
        forbidden_risks(analysis, limits.forbidden_risks, first),
    ]


def failed(findings: Sequence[Finding]) -> bool:
    """Whether any rule failed."""
    return any(finding.verdict == Verdict.FAIL for finding in findings)


def glob_matcher(globs: Sequence[str]) -> Callable[[bytes], bool]:
    """A function that matches paths without a leading slash: those that a glob matches, and all paths below them.

    `*` matches slashes too. A glob without a slash matches at any depth; a slash at its end does not count. A byte that
    is not UTF-8 counts as one character.
    """
    tops = [glob.strip("/") for glob in globs]
    tops += [f"*/{glob.rstrip('/')}" for glob in globs if "/" not in glob.rstrip("/")]
    if not tops:
        return lambda _path: False
    matches = re.compile("|".join(translate(top + below) for top in tops for below in ("", "/*"))).match
    return lambda path: matches(path.decode(errors="surrogateescape")) is not None


def _matching(analysis: Analysis, nodes: NDArray[np.int32], globs: Sequence[str]) -> NDArray[np.bool_]:
    if not globs:
        return np.zeros(len(nodes), bool)
    matches = glob_matcher(globs)
    return np.fromiter((bool(matches(analysis.stack.nodes.path(node))) for node in nodes.tolist()), bool, len(nodes))


def _at_most(rule: str, figure: float, limit: float | None, *, is_size: bool = False) -> Finding:
    verdict = Verdict.SKIP if limit is None else Verdict.FAIL if figure > limit else Verdict.PASS
    return Finding(rule, verdict, figure, limit, is_size)


def _pull(analysis: Analysis, limit: int | None, first: int) -> Finding:
    """The pull size; if that is unknown, the rule cannot be decided."""
    if analysis.image.is_pull_known:
        size = sum(layer.descriptor.size for layer in analysis.image.layers[first:])
        return _at_most("maxCompressedSize", size, limit, is_size=True)
    reason = () if limit is None else (UNKNOWN_PULL,)
    return Finding("maxCompressedSize", Verdict.SKIP, None, limit, is_size=True, details=reason)


def _at_least(rule: str, figure: float, limit: float | None) -> Finding:
    verdict = Verdict.SKIP if limit is None else Verdict.FAIL if limit > figure else Verdict.PASS
    return Finding(rule, verdict, figure, limit)


def _forbidden(analysis: Analysis, globs: Sequence[str], first: int) -> Finding:
    """Forbidden paths are searched in every layer: what a later layer deletes is still shipped."""
    if not globs:
        return Finding("forbiddenPaths", Verdict.SKIP, None, None)
    return of_paths("forbiddenPaths", analysis, nodes_matching(analysis, globs, first))


def _forbidden_packages(analysis: Analysis, globs: Sequence[str], first: int) -> Finding:
    """Packages by name, or by manager and name; also those that a later layer removed, which are still shipped.

    If the packages could not be read, the rule cannot pass.
    """
    if not globs:
        return Finding("forbiddenPackages", Verdict.SKIP, None, None)
    ownership = analysis.stack.ownership
    found = [one for one in ownership.packages if one.layer >= first and _is_forbidden(one.package, globs)]
    if not found and ownership.problems:
        return Finding("forbiddenPackages", Verdict.SKIP, None, 0, details=ownership.problems)
    names = [_described(one) for one in found[:MAX_DETAILS]]
    if len(found) > MAX_DETAILS:
        names.append(f"and {len(found) - MAX_DETAILS} more")
    return Finding("forbiddenPackages", Verdict.FAIL if found else Verdict.PASS, len(found), 0, details=tuple(names))


def _is_forbidden(package: Package, globs: Sequence[str]) -> bool:
    names = package.name, f"{package.manager}:{package.name}"
    return any(fnmatchcase(name, glob) for name in names for glob in globs)


def _described(one: Installed) -> str:
    package, gone = one.package, "" if one.killer is None else f", removed by layer {one.killer}"
    return f"{display(package.name)} {display(package.version)} ({package.manager}, layer {one.layer}{gone})"


def nodes_matching(analysis: Analysis, globs: Sequence[str], first: int = 0) -> NDArray[np.int32]:
    """The nodes that any layer from `first` on has and a glob matches."""
    versions = analysis.stack.versions
    explicit = (versions.rows != analysis.stack.entries.implied_row) & (versions.born >= first)
    ever = np.unique(versions.nodes[explicit & (versions.nodes != ROOT)])
    return ever[_matching(analysis, ever, globs)]


def of_paths(rule: str, analysis: Analysis, nodes: NDArray[np.int32]) -> Finding:
    """The finding of a rule that these paths break."""
    names = [_where(analysis, node) for node in nodes[:MAX_DETAILS].tolist()]
    if len(nodes) > MAX_DETAILS:
        names.append(f"and {len(nodes) - MAX_DETAILS} more")
    return Finding(rule, Verdict.FAIL if len(nodes) else Verdict.PASS, len(nodes), 0, details=tuple(names))


def _where(analysis: Analysis, node: int) -> str:
    """The path, with the layer of its last version and, if that is deleted, the layer that deleted it."""
    versions = analysis.stack.versions
    last = versions.of_node(node)[-1]
    born, died = int(versions.born[last]), int(versions.died[last])
    gone = "" if died == NEVER else f", deleted by layer {died}"
    return f"/{display(analysis.stack.nodes.path(node))} (layer {born}{gone})"
