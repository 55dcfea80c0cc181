"""Which files of a layer say what its packages are, and how much of each is needed."""

import re
from collections.abc import Callable, Mapping

from layerscope.packages import go, jar
from layerscope.packages.passing import Beginning, Passing, Whole

LEAST_BINARY = 1 << 19
"""No program made by Go is smaller, in bytes."""

ENDINGS = frozenset((
    b"atus", b"list", b"ions", b"lled", b"lite", b"ease", b"DATA", b"CORD", b"INFO", b"info", b"spec",
    b".jar", b".war", b".ear",
))  # fmt: skip
"""The last four bytes of the names that are wanted, except those below: a fast first test."""

COMMON_ENDINGS = frozenset((b"iles.txt", b"age.json"))
"""The last eight bytes of wanted names whose last four bytes many files have."""

_RPM = rb"(?:var/lib/rpm|usr/lib/sysimage/rpm|usr/share/rpm)"
_PATTERNS: Mapping[str, bytes] = {
    "database": rb"var/lib/dpkg/status|(?:usr/)?lib/apk/db/installed|" + _RPM + rb"/rpmdb\.sqlite",
    "list": rb"var/lib/dpkg/(?:info/[^/]+\.list|diversions|status\.d/[^/]+)"
    rb"|(?:.*/)?[^/]+\.(?:dist-info/RECORD|egg-info/installed-files\.txt)"
    rb"|(?:.*/)?conda-meta/[^/]+\.json",
    "head": rb"(?:etc|usr/lib)/os-release|(?:.*/)?[^/]+\.dist-info/METADATA"
    rb"|(?:.*/)?(?:[^/]+\.egg-info(?:/PKG-INFO)?|EGG-INFO/PKG-INFO)"
    rb"|(?:.*/)?specifications/(?:default/)?[^/]+\.gemspec",
    "module": rb"(?:.*/)?node_modules/(?:@[^/]+/)?[^/@.][^/]*/package\.json",
    "jar": rb".*\.[jwe]ar",
}
_WANTED = re.compile(
    b"(?s:" + b"|".join(b"(?P<%s>%s)" % (name.encode(), part) for name, part in _PATTERNS.items()) + b")"
)
_PASSINGS: Mapping[str, Callable[[], Passing]] = {
    "database": lambda: Whole(1 << 27),
    "list": lambda: Whole(1 << 23),
    "head": lambda: Beginning(1 << 15),
    "module": lambda: Whole(1 << 19),
    "jar": jar.PassingJar,
}


def passing(name: bytes, size: int, start: memoryview) -> Passing | None:
    """What takes the bytes of a file of that name as they pass by, to keep what is needed; None if nothing is.

    `start` has the first bytes of the file, or fewer.
    """
    if match := _has_wanted_ending(name) and _WANTED.fullmatch(name.removeprefix(b".").lstrip(b"/")):
        return _PASSINGS[str(match.lastgroup)]()
    if size >= LEAST_BINARY and go.MAGIC.startswith(bytes(start[: len(go.MAGIC)])):
        return go.PassingProgram()
    return None


def _has_wanted_ending(name: bytes) -> bool:
    """Whether the slower test is needed; files in two directories may have any name, or nearly so."""
    is_known = name[-4:] in ENDINGS or name[-8:] in COMMON_ENDINGS
    return is_known or b"status.d/" in name or b"conda-meta/" in name
