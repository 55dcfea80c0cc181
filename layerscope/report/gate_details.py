"""What the findings of the gate are about: the wasted paths, the layers, and the instructions that made them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.fates import FATE_NAMES
from layerscope.insight.gate import glob_matcher
from layerscope.insight.rules import Finding, Limits, Verdict
from layerscope.insight.waste import wasted_paths
from layerscope.report.instruction import instruction
from layerscope.report.table import cut, natural_size
from layerscope.secrets.detector import masked

MOST_PATHS = 5
MOST_LAYERS = 5
_LONGEST = 100
"""Cells of an instruction."""
_WASTE = ("lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent")
_LAYER = re.compile(r"\blayer (\d+)")


def explained(analysis: Analysis, findings: Sequence[Finding], limits: Limits) -> list[Finding]:
    """The findings; those that failed get details: paths and layers, then the instruction of each layer named."""
    return [_explained(analysis, found, limits) if found.verdict is Verdict.FAIL else found for found in findings]


def _explained(analysis: Analysis, finding: Finding, limits: Limits) -> Finding:
    details = finding.details
    if finding.rule in _WASTE:
        lowest = limits.first_of_mine if finding.rule == "highestUserWastedPercent" else limits.first_checked
        details = tuple(_wasted(analysis, limits, lowest))
    elif finding.rule in ("maxSize", "maxCompressedSize", "maxLayerSize"):
        details = tuple(_biggest(analysis, finding, limits.first_checked))
    return replace(finding, details=(*details, *_instructions(analysis, details)))


def _wasted(analysis: Analysis, limits: Limits, lowest: int) -> Iterator[str]:
    """The paths that waste most in the layers from `lowest` up."""
    is_ignored = glob_matcher(limits.ignored_paths)
    named = ((waste, analysis.stack.nodes.path(waste.node)) for waste in wasted_paths(analysis.accounting))
    counted = ((waste, path) for waste, path in named if waste.layer >= lowest and not is_ignored(path))
    for waste, path in islice(counted, MOST_PATHS):
        ended = f"{FATE_NAMES[waste.fate]} by layer {waste.killer}"
        yield f"{natural_size(waste.size)} /{display(path)} (layer {waste.layer}, {ended})"


def _biggest(analysis: Analysis, finding: Finding, first: int) -> Iterator[str]:
    """The layers that count most for a limit of sizes, or that exceed the limit of layers."""
    pulls = [layer.descriptor.size for layer in analysis.image.layers]
    sizes = [layer.size for layer in analysis.accounting.layers]
    chosen = pulls if finding.rule == "maxCompressedSize" else sizes
    for number in sorted(range(first, len(chosen)), key=lambda number: -chosen[number])[:MOST_LAYERS]:
        if finding.rule != "maxLayerSize" or chosen[number] > (finding.limit or 0):
            yield f"{natural_size(chosen[number])} layer {number}"


def _instructions(analysis: Analysis, details: Sequence[str]) -> Iterator[str]:
    """The instruction of each layer that the details name, with a mask in place of each secret."""
    named = {int(number) for detail in details for number in _LAYER.findall(detail)}
    for number in sorted(named & set(range(len(analysis.image.layers)))):
        if command := instruction(masked(analysis.command(number))):
            yield f"layer {number}: {cut(command, _LONGEST)}"
