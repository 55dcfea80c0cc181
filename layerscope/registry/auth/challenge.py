"""The challenges of a 401 answer: the WWW-Authenticate field (RFC 9110 section 11.6.1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_SEPARATORS = re.compile(r"[\s,]*")
_PARAMETER = re.compile(rf'({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')
_SCHEME = re.compile(_WORD)
_TOKEN68 = re.compile(r"[ \t]+[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to authenticate; the scheme and the names of parameters are in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value of a parameter, empty if it is missing."""
        return self.parameters.get(name, "")

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that a Bearer challenge asks for."""
        return tuple(self.get("scope").split())


def parse_challenges(fields: Iterable[str]) -> list[Challenge]:
    """All challenges in these WWW-Authenticate fields; one field may have several. Invalid text is skipped."""
    return [challenge for line in fields for challenge in _parse_line(line)]


def _parse_line(line: str) -> list[Challenge]:
    found: list[tuple[str, dict[str, str]]] = []
    position = _skip(line, 0)
    while position < len(line):
        parameter = _PARAMETER.match(line, position)
        scheme = _SCHEME.match(line, position)
        if parameter and found:
            name, quoted, bare = parameter.groups()
            found[-1][1].setdefault(name.lower(), bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
            position = parameter.end()
        elif scheme:
            found.append((scheme[0].lower(), {}))
            token68 = _TOKEN68.match(line, scheme.end())
            position = token68.end() if token68 else scheme.end()
        else:
            position += 1
        position = _skip(line, position)
    return [Challenge(scheme, parameters) for scheme, parameters in found]


def _skip(line: str, position: int) -> int:
    match = _SEPARATORS.match(line, position)
    return match.end() if match else position
