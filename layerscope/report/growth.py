"""The findings on growth in words: the layers and paths that grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from layerscope.display import display
from layerscope.insight.growth import Cause, GrowthFinding
from layerscope.insight.image_diff import ImageDiff
from layerscope.insight.rules import Finding, Limits, Verdict
from layerscope.report.diff import incomplete
from layerscope.report.instruction import instruction
from layerscope.report.rows import gap_of
from layerscope.report.table import cut, signed_size

_LONGEST = 100
"""Cells of an instruction."""


def worded(diff: ImageDiff, found: Sequence[GrowthFinding]) -> list[Finding]:
    """The findings, with what grew as their details."""
    return [
        replace(one.finding, details=(*one.finding.details, *(_cause(diff, cause) for cause in one.causes)))
        for one in found
    ]


def skipped_findings(limits: Limits, base: str) -> list[Finding]:
    """The rules that cannot be decided because the base `base` does not exist."""
    reason = f"skipped: the base `{display(base, limit=200)}` does not exist"
    return [Finding(rule, Verdict.SKIP, None, None, details=(reason,)) for rule in limits.comparing_rules]


def gap_of_both(diff: ImageDiff) -> str:
    """Which layers of the image or of the base were not read whole; empty if all were."""
    return incomplete(diff, ("the base", "the image")) if gap_of(diff.before) else gap_of(diff.after)


def _cause(diff: ImageDiff, cause: Cause) -> str:
    if cause.layer is None:
        assert cause.node is not None
        return f"{signed_size(cause.growth)} /{display(diff.files.tree.path(cause.node))}"
    command = cut(instruction(diff.after.command(cause.layer)), _LONGEST)
    return f"{signed_size(cause.growth)} layer {cause.layer}{f': {command}' if command else ''}"
