"""The width of text in terminal cells, as the library that paints it measures: only this module asks it."""

from rich import cells


def cell_width(text: str) -> int:
    """The cells that the text takes."""
    return cells.cell_len(text)


def resized(text: str, width: int) -> str:
    """The text cut or filled with blanks to exactly `width` cells."""
    return cells.set_cell_size(text, width)
