"""How the user looks at a file."""

from dataclasses import dataclass
from enum import StrEnum


class Tab(StrEnum):
    """What is shown of a file; a symlink is not followed."""

    CONTENT = "content"
    DIFF = "diff"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class TextSearch:
    """A text to look for; without capitals in it, capitals do not matter."""

    text: str

    @property
    def kind(self) -> str:
        """Its kind in a word."""
        return "text"

    def places(self, line: str) -> list[tuple[int, int]]:
        """The places of the text in a line: pairs of start and end."""
        if self.text.lower() == self.text and len(lowered := line.lower()) == len(line):
            line = lowered
        found, start = [], line.find(self.text)
        while start >= 0:
            found.append((start, start + len(self.text)))
            start = line.find(self.text, start + len(self.text))
        return found


@dataclass
class PreviewLook:
    """The tab, None if no file is shown; the members of archives that were entered; and the look of the text.

    `left` is the number of cells that are scrolled off to the left, if lines are not folded. `is_regex` stays false:
    a regular expression can take hours for a text that is made for that.
    """

    tab: Tab | None = None
    inside: tuple[int, ...] = ()
    folds: bool = True
    as_bytes: bool = False
    left: int = 0
    search: TextSearch | None = None
    is_regex: bool = False
