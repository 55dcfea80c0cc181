"""The rules of the gate: each compares a figure with a limit. A figure that equals its limit passes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.oci import MAX_SIZE

DISABLED = "disabled"
_UNITS = {"": 1, "b": 1}
for _power, _prefix in enumerate("kmgtpe", start=1):
    _UNITS |= {_prefix: 1000**_power, f"{_prefix}b": 1000**_power, f"{_prefix}i": 1024**_power}
    _UNITS[f"{_prefix}ib"] = 1024**_power
_SIZE = re.compile(r"(\d[\d,]*\.?\d*|\.\d+)\s*([a-z]*)", re.IGNORECASE)
_PERCENT = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*%")
UNKNOWN_PULL = "the pull size is unknown: the layers were exported without compression"
"""Why a rule on the pull size is skipped."""


class Verdict(StrEnum):
    """The result of a rule; SKIP if the rule is disabled, or cannot be decided."""

    PASS = "PASS"  # noqa: S105 - the word for success
    FAIL = "FAIL"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class Growth:
    """How much a figure may grow: by `size` bytes, or by a `share` of what it was; one of them is None."""

    size: int | None = None
    share: Fraction | None = None

    def limit(self, before: int) -> int:
        """The bytes by which a figure may grow that was `before` bytes; a share of zero is zero."""
        return self.size if self.size is not None else int(before * (self.share or 0))

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Limits:
    """The limit of each rule; None disables the rule. Sizes are bytes, shares are from 0 to 1.

    `first_of_mine` is the lowest layer that does not belong to the base image. With `only_mine`, the layers below it
    are not checked.
    """

    lowest_efficiency: float | None = 0.9
    highest_wasted_size: int | None = None
    highest_user_wasted_share: float | None = 0.1
    max_size: int | None = None
    max_compressed_size: int | None = None
    max_layer_count: int | None = None
    max_layer_size: int | None = None
    ignored_paths: tuple[str, ...] = ()
    forbidden_paths: tuple[str, ...] = ()
    forbidden_packages: tuple[str, ...] = ()
    forbidden_risks: tuple[str, ...] = ()
    max_growth: Growth | None = None
    max_pull_growth: Growth | None = None
    max_waste_growth: Growth | None = None
    new_forbidden_paths: tuple[str, ...] = ()
    first_of_mine: int = 1
    only_mine: bool = False

    @property
    def first_checked(self) -> int:
        """The lowest layer that is checked."""
        return self.first_of_mine if self.only_mine else 0

    @property
    def comparing_rules(self) -> tuple[str, ...]:
        """The rules with a limit that compare the image with another one."""
        return tuple(rule.name for rule in RULES if rule.compares and getattr(self, rule.attribute))


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule: the figure, its limit, and in `details` the paths that break it, or why it is skipped."""

    rule: str
    verdict: Verdict
    figure: float | int | None
    limit: float | int | None
    is_size: bool = False
    details: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    attribute: str
    read: Callable[[Any], Any]
    is_size: bool = False
    compares: bool = False


def parse_size(value: Any) -> int:
    """Bytes from a number or from text such as `20MB` (kB is 1000, KiB is 1024); raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise ValueError("a size such as `20MB`")
    size = float(match[1].replace(",", "")) * unit
    if size > MAX_SIZE:
        raise ValueError("a size such as `20MB`")
    return int(size)


def parse_growth(value: Any) -> Growth:
    """A size, or a percentage as in `5%`; raises ValueError."""
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return Growth(share=Fraction(match[1]) / 100) if match else Growth(size=parse_size(value))
    except ValueError as error:
        raise ValueError("a size or a percentage, as in `20MB` or `5%`") from error


def parse_share(value: Any) -> float:
    """A share from 0 to 1, as a number or as text; raises ValueError."""
    try:
        share = float(value) if not isinstance(value, bool) else -1.0
    except (TypeError, ValueError, OverflowError):
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError("a number from 0 to 1")
    return share


def parse_count(value: Any) -> int:
    """A whole number of at least 0; raises ValueError."""
    if isinstance(value, bool) or not str(value).isdecimal():
        raise ValueError("a whole number")
    return int(value)


def parse_globs(value: Any) -> tuple[str, ...]:
    """One glob or a list of them; raises ValueError."""
    globs = [value] if isinstance(value, str) else value
    if not isinstance(globs, list | tuple) or not all(isinstance(item, str) and item for item in globs):
        raise ValueError("a list of globs")
    return tuple(globs)


RULES = (
    _Rule("lowestEfficiency", "lowest_efficiency", parse_share),
    _Rule("highestWastedBytes", "highest_wasted_size", parse_size, is_size=True),
    _Rule("highestUserWastedPercent", "highest_user_wasted_share", parse_share),
    _Rule("maxSize", "max_size", parse_size, is_size=True),
    _Rule("maxCompressedSize", "max_compressed_size", parse_size, is_size=True),
    _Rule("maxLayers", "max_layer_count", parse_count),
    _Rule("maxLayerSize", "max_layer_size", parse_size, is_size=True),
    _Rule("ignoredPaths", "ignored_paths", parse_globs),
    _Rule("forbiddenPaths", "forbidden_paths", parse_globs),
    _Rule("forbiddenPackages", "forbidden_packages", parse_globs),
    _Rule("forbiddenRisks", "forbidden_risks", parse_globs),
    _Rule("maxGrowth", "max_growth", parse_growth, is_size=True, compares=True),
    _Rule("maxPullGrowth", "max_pull_growth", parse_growth, is_size=True, compares=True),
    _Rule("maxWasteGrowth", "max_waste_growth", parse_growth, is_size=True, compares=True),
    _Rule("newForbiddenPaths", "new_forbidden_paths", parse_globs, compares=True),
)
_BY_SPELLING = {rule.name.lower(): rule for rule in RULES}


def parse_limits(
    rules: Mapping[str, Any], where: str, names: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Values for `Limits` from rules by name; a name is in camel case or has hyphens.

    `names` has other names of rules for messages. Raises `UsageError`, with the rule and `where` it is (as
    "in `.dive-ci`"), for an unknown rule, a rule in two spellings, or a bad value.
    """
    found: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    for name, value in rules.items():
        rule = _BY_SPELLING.get(str(name).replace("-", "").replace("_", "").lower())
        if rule is None:
            known = ", ".join(known.name for known in RULES)
            raise UsageError(f"unknown rule `{display(str(name), limit=60)}` {where}", hint=f"the rules are {known}")
        if rule.attribute in found:
            both = f"`{spellings[rule.attribute]}` and `{display(str(name), limit=60)}`"
            raise UsageError(f"the rule `{rule.name}` is set twice {where}: as {both}", hint="remove one of them")
        spellings[rule.attribute] = display(str(name), limit=60)
        found[rule.attribute] = _value(rule, value, f"`{names.get(rule.name, rule.name)}` {where}")
    return found


def merged_limits(base: Mapping[str, Any], more: Mapping[str, Any]) -> Limits:
    """The limits of `base` and `more`, two results of `parse_limits`: globs add up, other values of `more` replace."""
    globs = {name: base.get(name, ()) + value for name, value in more.items() if isinstance(value, tuple)}
    return Limits(**{**base, **more, **globs})


def _value(rule: _Rule, value: Any, place: str) -> Any:
    if isinstance(value, str) and value.strip().lower() == DISABLED:
        return () if rule.read is parse_globs else None
    try:
        return rule.read(value)
    except ValueError as error:
        shown = "" if value is None else display(str(value), limit=60)
        raise UsageError(f"`{shown}` is not valid for {place}", hint=f"write {error}") from error
