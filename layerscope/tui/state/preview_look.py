"""How the user looks at a file."""

from dataclasses import dataclass
from enum import StrEnum


class Tab(StrEnum):
    """What is shown of a file, or of the image; a symlink is not followed."""

    CONTENT = "content"
    DIFF = "diff"
    HISTORY = "history"
    DOCKERFILE = "dockerfile"
    CONFIG = "config"
    PLATFORMS = "platforms"
    REFERRERS = "referrers"

    @property
    def is_of_image(self) -> bool:
        """Whether it is about the image, not about a path."""
        return self not in (Tab.CONTENT, Tab.DIFF, Tab.HISTORY)


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
    """The tab, None if nothing is shown; what was entered in it, as members of archives; and the look of the text.

    In the Dockerfile, what was entered is its source. `step` is the step of the history that the cursor goes to once
    the Dockerfile is there. With `is_beside`, a diff has the old lines to the left of the new ones.
    `left` is the number of cells that are scrolled off to the left, if lines are not folded. `is_regex` stays false:
    a regular expression can take hours for a text that is made for that.
    """

    tab: Tab | None = None
    inside: tuple[int, ...] = ()
    folds: bool = True
    as_bytes: bool = False
    is_beside: bool = False
    step: int | None = None
    left: int = 0
    search: TextSearch | None = None
    is_regex: bool = False

    def show(self, tab: Tab | None) -> None:
        """Show a tab as it is at first."""
        if tab is None or self.tab is None or tab.is_of_image or self.tab.is_of_image:
            self.inside, self.left = (), 0
        self.tab, self.as_bytes = tab, False
