"""The explorer's own themes; every other theme of Textual works too."""

from textual.theme import Theme

DARK = Theme(
    name="layerscope",
    primary="#58a6ff",
    secondary="#79c0ff",
    accent="#e3b341",
    foreground="#d0d7de",
    background="#0f141a",
    surface="#161c24",
    panel="#1b222c",
    success="#57ab5a",
    warning="#d4a72c",
    error="#f47067",
    dark=True,
)
LIGHT = Theme(
    name="layerscope-light",
    primary="#0969da",
    secondary="#218bff",
    accent="#9a6700",
    foreground="#24292f",
    background="#ffffff",
    surface="#f6f8fa",
    panel="#eaeef2",
    success="#1a7f37",
    warning="#9a6700",
    error="#cf222e",
    dark=False,
)
SIXTEEN = Theme(
    name="layerscope-16",
    primary="#5555ff",
    secondary="#55ffff",
    accent="#ffff55",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    success="#55ff55",
    warning="#ffff55",
    error="#ff5555",
    dark=True,
    variables={
        "text-primary": "#55ffff",
        "text-success": "#55ff55",
        "text-warning": "#ffff55",
        "text-error": "#ff5555",
        "text-accent": "#ffff55",
    },
)
"""For terminals of 16 colours: only colours that they have, because shades of one colour would become the same grey."""
OWN_THEMES = (DARK, LIGHT, SIXTEEN)
