"""What the user typed to find files."""

import re
from dataclasses import dataclass

from layerscope.filesystem.patterns import PathPattern

_FIELD_SIGNS = re.compile(r"[\s:<>\"]|^!.")
_REGEX = re.compile(r"/.+/")
_BLANK = re.compile(r"(\\.)|(\s)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QueryText:
    """Words of the query language; with `is_regex` one regular expression."""

    text: str
    is_regex: bool = False

    @property
    def kind(self) -> str:
        """`text`, `glob` or `regex` if it is one pattern, else `query`."""
        if not self.is_regex and _FIELD_SIGNS.search(self.text.strip()):
            return "query"
        return PathPattern(self.text, self.is_regex or _REGEX.fullmatch(self.text) is not None).kind

    @property
    def query(self) -> str:
        """The same in the query language, as `layerscope find` takes it."""
        if not self.is_regex:
            return self.text
        return "/{}/".format(_BLANK.sub(lambda sign: sign[1] or f"\\{sign[2]}", self.text))

    @property
    def is_blank(self) -> bool:
        """Whether it has no words yet."""
        return not (self.is_regex or self.text.strip())
