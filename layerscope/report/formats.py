"""The formats of `export`, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.report.export_json import report, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layerscope.insight.image_facts import ImageFacts


def _json(facts: ImageFacts) -> str:
    return to_json(report(facts))


REPORTS: Mapping[str, Callable[[ImageFacts], str]] = {"json": _json}
"""Each makes the whole text of the report, without the last newline."""
