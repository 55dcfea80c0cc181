"""All package managers: which files each one reads, and its reader."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from layerscope.packages import apk, conda, dpkg, gem, go, jar, npm, python, rpm
from layerscope.packages.package import Reader


@dataclass(frozen=True, slots=True)
class Manager:
    """A manager; `pattern` matches the whole paths of its files."""

    name: str
    pattern: re.Pattern[bytes]
    read: Reader


def _manager(name: str, pattern: bytes, read: Reader) -> Manager:
    return Manager(name, re.compile(pattern, re.DOTALL), read)


MANAGERS = (
    _manager(dpkg.MANAGER, rb"var/lib/dpkg/.*", dpkg.read),
    _manager(apk.MANAGER, rb"(?:usr/)?lib/apk/db/installed", apk.read),
    _manager(rpm.MANAGER, rb".*/rpmdb\.sqlite", rpm.read),
    _manager(conda.MANAGER, rb"(?:.*/)?conda-meta/[^/]+\.json", conda.read),
    _manager(python.MANAGER, rb"(?:.*/)?(?:[^/]+\.(?:dist|egg)-info(?:/[^/]+)?|EGG-INFO/PKG-INFO)", python.read),
    _manager(npm.MANAGER, rb"(?:.*/)?node_modules/.*package\.json", npm.read),
    _manager(gem.MANAGER, rb"(?:.*/)?[^/]+\.gemspec", gem.read),
    _manager(jar.MANAGER, rb".*\.[jwe]ar", jar.read),
    _manager(go.MANAGER, rb".*", go.read),
)
"""In the order of their claims: a file of two packages belongs to that of the earlier manager."""

OS_RELEASES = (b"etc/os-release", b"usr/lib/os-release")

UNREAD: Mapping[bytes, str] = {
    b"var/lib/rpm/Packages": "is a Berkeley database of rpm, which is not read",
    b"usr/lib/sysimage/rpm/Packages": "is a Berkeley database of rpm, which is not read",
    b"var/lib/rpm/Packages.db": "is an ndb database of rpm, which is not read",
    b"usr/lib/sysimage/rpm/Packages.db": "is an ndb database of rpm, which is not read",
}
"""Databases that are recognised, and why their packages are missing."""


def by_manager(files: Mapping[bytes, int]) -> dict[Manager, dict[bytes, int]]:
    """The files of each manager; each file is of one manager, or of none."""
    found: dict[Manager, dict[bytes, int]] = {manager: {} for manager in MANAGERS}
    for path, value in files.items():
        manager = next((one for one in MANAGERS if one.pattern.fullmatch(path)), None)
        if manager and path not in OS_RELEASES:
            found[manager][path] = value
    return found
