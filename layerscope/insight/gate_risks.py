"""The rule of the gate on the risks that `audit` lists."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.audit import Kind, Risk, Severity, find_risks
from layerscope.insight.rules import Finding, Verdict
from layerscope.layers.tar.keeper import NOT_EXAMINED
from layerscope.secrets.detector import secret_kinds

RULE = "forbiddenRisks"
MAX_DETAILS = 20


def forbidden_risks(analysis: Analysis, globs: Sequence[str], first: int) -> Finding:
    """Risks by kind, kind of secret or severity, in the layers from `first` on and in the config.

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


def unknown_risks(globs: Sequence[str]) -> list[str]:
    """The globs that match no kind, no severity and no kind of secret: they can forbid nothing."""
    known = [*Kind, *(severity.name for severity in Severity)]
    rest = [glob for glob in globs if not _matches(known, glob)]
    return [glob for glob in rest if not _matches(secret_kinds(), glob)]


def _is_forbidden(risk: Risk, globs: Sequence[str]) -> bool:
    return any(_matches((risk.kind, risk.severity.name, risk.rule), glob) for glob in globs)


def _matches(names: Iterable[str], glob: str) -> bool:
    """Whether the glob matches one of the names; upper and lower case are the same."""
    return any(fnmatchcase(name.lower(), glob.lower()) for name in names if name)


def _described(risk: Risk) -> str:
    place = display(risk.place) if risk.path is None else f"/{display(risk.path)}"
    line = f":{risk.line}" if risk.line else ""
    layer = "" if risk.layer is None else f" (layer {risk.layer}" + (")" if risk.killer is None else "")
    gone = "" if risk.killer is None else f", deleted by layer {risk.killer})"
    return f"{risk.rule or risk.kind} {place}{line}{layer}{gone}"
