"""The layers of the base image, and mine, as rows and as text."""

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.base import Base, Part, parts
from layerscope.report.row import Row
from layerscope.report.table import UNKNOWN, natural_size, percent


def base_row(analysis: Analysis, base: Base | None) -> Row:
    """`base` and `mine`, if the base is known; `source` is `option`, `name` (the image says so) or `cache`."""
    if base is None:
        return {}
    of_base, mine = parts(analysis, base)
    return {"base": {"name": base.name, "source": base.source, **_part_row(of_base)}, "mine": _part_row(mine)}


def base_texts(analysis: Analysis, base: Base | None) -> dict[str, str]:
    """A text for the base, and one for mine, by their labels; none if the base is not known."""
    if base is None:
        return {}
    of_base, mine = parts(analysis, base)
    known = analysis.image.is_pull_known
    return {"base": f"{display(base.name)}: {_part(of_base, known)}", "mine": _part(mine, known)}


def _part_row(part: Part) -> Row:
    return {
        "layerCount": part.layer_count,
        "size": part.sizes.size,
        "liveSize": part.sizes.live_size,
        "wastedSize": part.sizes.wasted_size,
        "compressedSize": part.compressed_size,
        "efficiency": part.sizes.efficiency,
    }


def _part(part: Part, is_pull_known: bool) -> str:  # noqa: FBT001 - a word of its line
    count = "1 layer" if part.layer_count == 1 else f"{part.layer_count} layers"
    pull = natural_size(part.compressed_size) if is_pull_known else UNKNOWN
    sizes = part.sizes
    wasted = f"wasted {natural_size(sizes.wasted_size)}"
    return f"{count}, {natural_size(sizes.size)}, pull {pull}, {wasted}, {percent(sizes.efficiency)} live"
