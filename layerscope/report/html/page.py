"""The page: sections with pictures and tables, the script of plotly, and all data in one file.

Everything from outside is data: it is escaped here, and the page puts it into the document as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Any

from layerscope import __version__
from layerscope.display import display

Figure = Mapping[str, Any]
_PARTS = ("page.html", "page.css", "page.js")
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a picture of plotly and safe HTML below it; `tree` is for the picture that can be explored."""

    heading: str
    body: str = ""
    figure: Figure | None = None
    tree: Mapping[str, Any] | None = None


def page(title: str, sections: Sequence[Section]) -> str:
    """The whole page; raises `ImportError` without plotly."""
    from plotly.offline import get_plotlyjs

    html, css, script = (resources.files(__package__).joinpath(name).read_text("utf-8") for name in _PARTS)
    data = {
        "figures": {f"figure{number}": part.figure for number, part in enumerate(sections) if part.figure},
        "tree": next((part.tree for part in sections if part.tree), None),
    }
    parts = {
        "title": escape(display(title)),
        "css": css,
        "body": "\n".join(_section(number, part) for number, part in enumerate(sections)),
        "data": _json(data),
        "plotly": get_plotlyjs(),
        "script": script,
        "version": __version__,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], html)  # in one pass: a part may have marks too


def _section(number: int, part: Section) -> str:
    pictures = ""
    if part.figure:
        pictures = f'<div class="figure" id="figure{number}" role="img" aria-label="{escape(part.heading)}"></div>'
    if part.tree:
        pictures = resources.files(__package__).joinpath("tree.html").read_text("utf-8")
    return f"<section><h2>{escape(part.heading)}</h2>\n{pictures}{part.body}</section>"


def _json(value: Any) -> str:
    """JSON that cannot end the element that it is in."""
    text = json.dumps(value, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def label(text: str) -> str:
    """A text for a picture: plotly takes some tags in it for formatting, so they are escaped."""
    return escape(display(text, limit=_LONGEST_LABEL), quote=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], figures: int) -> str:
    """A table; the first `figures` columns, up to four, are aligned to the right. All cells are escaped."""
    head = "".join(f"<th scope=col>{escape(heading)}</th>" for heading in headings)
    lines = ("".join(f"<td>{escape(display(cell))}</td>" for cell in row) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="scroll"><table class="figures{min(figures, 4)}"><tr>{head}</tr>\n{body}</table></div>'


def bars(labels: Sequence[str], parts: Mapping[str, tuple[str, Sequence[int]]]) -> Figure:
    """Horizontal bars, the first one at the top. `parts` are the fill and the sizes of each part of the bars."""
    places = [f"{number}\u2063{label(text)}" for number, text in enumerate(labels)]
    data = [
        {"type": "bar", "orientation": "h", "name": name, "y": places, "x": list(sizes), "marker": {"color": fill},
         "hovertemplate": "%{x:.4s}B " + name + "<extra></extra>"}
        for name, (fill, sizes) in parts.items()
    ]  # fmt: skip
    axis = {
        "autorange": "reversed",
        "tickvals": places,
        "ticktext": [label(text) for text in labels],
        "automargin": True,
    }
    return {
        "data": data,
        "layout": {
            "barmode": "stack",
            "height": 90 + 26 * len(labels),
            "showlegend": len(parts) > 1,
            "yaxis": axis,
            "xaxis": {"ticksuffix": "B", "tickformat": "~s"},
        },
    }
