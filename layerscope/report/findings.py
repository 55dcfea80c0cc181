"""The gate's findings as text, JSON, JUnit XML, Markdown, and for GitHub and GitLab."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from xml.sax.saxutils import escape, quoteattr

from layerscope.display import display
from layerscope.insight.gate import failed
from layerscope.insight.growth import Cause, GrowthFinding
from layerscope.insight.image_diff import ImageDiff
from layerscope.insight.rules import Finding, Limits, Verdict
from layerscope.report import markdown
from layerscope.report.diff import incomplete
from layerscope.report.formats import to_json
from layerscope.report.instruction import instruction
from layerscope.report.row import Row
from layerscope.report.rows import gap_of
from layerscope.report.table import NONE, Column, cut, natural_size, signed_size, table

_LONGEST = 100
"""Cells of an instruction."""
_NEWLINE = "\n"
_COMPARISONS = {"lowestEfficiency": "at least"}


def finding_rows(findings: Sequence[Finding]) -> list[Row]:
    """Each finding as a row: rule, verdict, figure, limit and details. An infinite or undefined figure is None."""
    return [
        {
            "rule": finding.rule,
            "verdict": str(finding.verdict),
            "figure": None if finding.figure is None or not math.isfinite(finding.figure) else finding.figure,
            "limit": finding.limit,
            "details": list(finding.details),
        }
        for finding in findings
    ]


def as_text(findings: Sequence[Finding], gap: str = "") -> str:
    """A table of the rules, and below it the details; `gap` says which layers were not read."""
    rows = [(_verdict(finding), finding.rule, _figure(finding), _limit(finding)) for finding in findings]
    columns = (Column("verdict"), Column("rule"), Column("figure", is_figure=True), Column("limit"))
    details = [f"  {finding.rule}: {detail}" for finding in findings for detail in finding.details]
    return "\n".join([*table(columns, rows), *details, f"result: {_result(findings, gap)}"]) + "\n"


def as_json(findings: Sequence[Finding], gap: str = "") -> str:
    """One object with the result and the findings."""
    passed = not failed(findings) and not gap
    return to_json({"passed": passed, "incomplete": gap or None, "rules": finding_rows(findings)}) + "\n"


def as_junit(findings: Sequence[Finding], gap: str = "") -> str:
    """A JUnit test suite with a test case for each rule."""
    failures = sum(finding.verdict == Verdict.FAIL for finding in findings)
    skipped = sum(finding.verdict == Verdict.SKIP for finding in findings)
    tests, errors = len(findings) + bool(gap), int(bool(gap))
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    opening = '  <testcase classname="layerscope" name="whole image">'
    incomplete = [f"{opening}<error message={quoteattr(gap)}/></testcase>"] if gap else []
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="layerscope" {counts}>',
        *incomplete,
        *(_junit_case(finding) for finding in findings),
        "</testsuite>",
    ]
    return "\n".join(lines) + "\n"


def as_github(findings: Sequence[Finding], gap: str = "") -> str:
    """A workflow command for each rule: an error if the rule failed, else a notice."""
    lines = [
        f"::{'error' if finding.verdict == Verdict.FAIL else 'notice'} "
        f"title=layerscope {finding.rule}::{_github(_text(finding))}"
        for finding in findings
        if finding.verdict != Verdict.SKIP or finding.details
    ]
    incomplete = [f"::error title=layerscope::incomplete: {_github(gap)}"] if gap else []
    return "".join(f"{line}\n" for line in [*incomplete, *lines])


def as_markdown(findings: Sequence[Finding], gap: str = "") -> str:
    """The result and a table of the rules."""
    lines = [f"### layerscope: {markdown.escape(_result(findings, gap))}", ""]
    lines += ["| verdict | rule | figure | limit |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {_verdict(finding)} | {finding.rule} | {_figure(finding)} | {_limit(finding)} |" for finding in findings
    ]
    details = [f"- {finding.rule}: {markdown.escape(detail)}" for finding in findings for detail in finding.details]
    return "\n".join([*lines, *(["", *details] if details else [])]) + "\n"


def as_gitlab(findings: Sequence[Finding], gap: str = "") -> str:
    """A code quality report of GitLab: an issue for each rule that failed, about the file `Dockerfile`."""
    problems = [(found.rule, _text(found)) for found in findings if found.verdict == Verdict.FAIL]
    issues = [
        {
            "description": f"{rule}: {text}",
            "check_name": f"layerscope {rule}",
            "fingerprint": sha256(rule.encode()).hexdigest(),
            "severity": "major",
            "location": {"path": "Dockerfile", "lines": {"begin": 1}},
        }
        for rule, text in [*([("incomplete", gap)] if gap else []), *problems]
    ]
    return to_json(issues) + "\n"


FORMATS: dict[str, Callable[[Sequence[Finding], str], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "github": as_github,
    "gitlab": as_gitlab,
    "markdown": as_markdown,
}


def _result(findings: Sequence[Finding], gap: str) -> str:
    if not gap:
        return "FAIL" if failed(findings) else "PASS"
    return f"FAIL (incomplete: {gap})" if failed(findings) else f"INCOMPLETE ({gap})"


def _text(finding: Finding) -> str:
    """The figure and the limit, and a line for each detail."""
    figure = f"{_figure(finding)}, limit {_limit(finding)}" if finding.verdict != Verdict.SKIP else "skipped"
    return "\n".join([figure, *finding.details])


def _verdict(finding: Finding) -> str:
    """The verdict; a dash for a rule that is not set."""
    is_set = finding.verdict != Verdict.SKIP or finding.limit is not None or finding.details
    return str(finding.verdict) if is_set else NONE


def _figure(finding: Finding) -> str:
    return _shown(finding, finding.figure)


def _limit(finding: Finding) -> str:
    if finding.limit is None:
        return "-"
    return f"{_COMPARISONS.get(finding.rule, 'at most')} {_shown(finding, finding.limit)}"


def _shown(finding: Finding, value: float | None) -> str:
    """The rounded value; the exact one if the figure and the limit that it exceeds would look the same."""
    if value is None:
        return "-"
    rounded = _rounded(finding, value)
    both = (finding.figure, finding.limit)
    if finding.verdict != Verdict.FAIL or any(one is None or _rounded(finding, one) != rounded for one in both):
        return rounded
    return f"{int(value):,} B" if finding.is_size else str(value)


def _rounded(finding: Finding, value: float) -> str:
    if finding.is_size:
        return natural_size(int(value)) if value >= 0 else signed_size(int(value))
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _junit_case(finding: Finding) -> str:
    opening = f'  <testcase classname="layerscope" name={quoteattr(finding.rule)}'
    if finding.verdict == Verdict.PASS:
        return f"{opening}/>"
    if finding.verdict == Verdict.SKIP:
        reason = f" message={quoteattr('; '.join(finding.details))}" if finding.details else ""
        return f"{opening}><skipped{reason}/></testcase>"
    message = quoteattr(f"{_figure(finding)}, limit {_limit(finding)}")
    return f"{opening}><failure message={message}>{_NEWLINE.join(map(escape, finding.details))}</failure></testcase>"


def _github(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def worded(diff: ImageDiff, found: Sequence[GrowthFinding]) -> list[Finding]:
    """The findings, with what grew as their details."""
    return [
        replace(one.finding, details=(*one.finding.details, *(_cause(diff, cause) for cause in one.causes)))
        for one in found
    ]


def skipped_findings(limits: Limits, other: str) -> list[Finding]:
    """The rules that cannot be decided because `other`, the image of `--against`, does not exist."""
    reason = f"skipped: the image of `--against`, `{display(other, limit=200)}`, does not exist"
    return [Finding(rule, Verdict.SKIP, None, None, details=(reason,)) for rule in limits.comparing_rules]


def gap_of_both(diff: ImageDiff) -> str:
    """Which layers of the image or of that of `--against` were not read whole; empty if all were."""
    return incomplete(diff, ("the image of `--against`", "the image")) if gap_of(diff.before) else gap_of(diff.after)


def _cause(diff: ImageDiff, cause: Cause) -> str:
    if cause.layer is None:
        assert cause.node is not None
        return f"{signed_size(cause.growth)} /{display(diff.files.tree.path(cause.node))}"
    command = cut(instruction(diff.after.command(cause.layer)), _LONGEST)
    return f"{signed_size(cause.growth)} layer {cause.layer}{f': {command}' if command else ''}"
