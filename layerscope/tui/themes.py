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
