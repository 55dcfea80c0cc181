"""The rule of the gate on the risks that `audit` lists."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.audit import Risk, find_risks
from layerscope.insight.rules import Finding, Verdict
from layerscope.layers.tar.keeper import NOT_EXAMINED

RULE = "forbiddenRisks"
MAX_DETAILS = 20


def forbidden_risks(analysis: Analysis, globs: Sequence[str], first: int) -> Finding:
    """Risks by kind or severity, in the layers from `first` on and in the config.

    If not all files were examined, the rule cannot pass.
    """
    if not globs:
        return Finding(RULE, Verdict.SKIP, None, None)
    risks = (risk for risk in find_risks(analysis) if risk.layer is None or risk.layer >= first)
    found = [risk for risk in risks if _is_forbidden(risk, globs)]
    warnings = (warning for content in analysis.contents if content for warning in content.warnings)
    unexamined = tuple(warning for warning in warnings if NOT_EXAMINED in warning)
    if not found and unexamined:
        return Finding(RULE, Verdict.SKIP, None, 0, details=unexamined)
    details = [_described(risk) for risk in found[:MAX_DETAILS]]
    if len(found) > MAX_DETAILS:
        details.append(f"and {len(found) - MAX_DETAILS} more")
    return Finding(RULE, Verdict.FAIL if found else Verdict.PASS, len(found), 0, details=tuple(details))


def _is_forbidden(risk: Risk, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in (risk.kind, risk.severity.name.lower()) for glob in globs)


def _described(risk: Risk) -> str:
    place = display(risk.place) if risk.path is None else f"/{display(risk.path)}"
    line = f":{risk.line}" if risk.line else ""
    layer = "" if risk.layer is None else f" (layer {risk.layer}" + (")" if risk.killer is None else "")
    gone = "" if risk.killer is None else f", deleted by layer {risk.killer})"
    return f"{risk.rule or risk.kind} {place}{line}{layer}{gone}"
