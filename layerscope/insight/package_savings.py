"""Savings by package: what a later layer removes, what only a build needs, and what Python has twice."""

import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.ownership import UNOWNED, Installed
from layerscope.filesystem.versions import NEVER, Fate
from layerscope.insight.saving import Claims
from layerscope.packages import apk, dpkg, python, rpm

_SYSTEM = (dpkg.MANAGER, apk.MANAGER, rpm.MANAGER)
_BUILD_ONLY = re.compile(
    r".+-(?:dev|devel)"
    r"|build-(?:essential|base)|rpm-build|linux-headers.*|(?:kernel|glibc)-headers"
    r"|(?:gcc|g\+\+|gcc-c\+\+|cpp|gfortran|clang|rustc?|golang)(?:-?[\d.]+)?(?:-(?:go|src|(?:x86-64|aarch64)-linux-gnu))?"
    r"|go|cargo|binutils(?:-(?:common|(?:x86-64|aarch64)-linux-gnu))?"
    r"|cmake(?:-data)?|g?make|meson|ninja(?:-build)?|samurai|autoconf|automake|libtool|bison|flex|pkg-?conf(?:ig)?"
    r"|openjdk-?\d+-jdk(?:-headless)?"
)
"""Names of compilers, headers and build tools in Debian, Alpine and Fedora."""
_PYTHON = re.compile(rb"python3\.\d+")


def removed_packages(claims: Claims) -> None:
    """Files of packages that a layer installed and a later one removed."""
    killers = [NEVER if one.killer is None else one.killer for one in claims.packages]
    removed_by = np.array([*killers, NEVER])[claims.owners]
    payloads = claims.payloads
    chosen = (payloads.fates == Fate.DELETED) & (payloads.killers == removed_by)
    advice = (
        "install and remove the packages in one RUN: layer {layer} installs them, layer {killer} removes them ({names})"
    )
    claims.claim(chosen, "removed-packages", "packages that a later layer removes", advice)


def build_packages(claims: Claims) -> None:
    """Compilers, headers and build tools that are still there."""
    chosen = _live(claims, lambda one: one.package.manager in _SYSTEM and bool(_BUILD_ONLY.fullmatch(one.package.name)))
    advice = "build in a stage of its own, and copy only the result into a stage without these packages: {names}"
    claims.claim(chosen, "build-packages", "compilers and development packages", advice)


def python_copies(claims: Claims) -> None:
    """Python packages of one version at several places, except the first one; for each version of Python."""
    copies = set(map(id, _copies(claims.packages)))
    advice = "install these packages once, for example in one virtual environment: {names}"
    title = "Python packages that are installed at several places"
    claims.claim(_live(claims, lambda one: id(one) in copies), "python-copies", title, advice)


def _copies(packages: tuple[Installed, ...]) -> Iterator[Installed]:
    """The packages that a lower layer has too; parts of other packages are not in the hands of the user."""
    seen = set()
    for one in sorted(packages, key=lambda one: (one.layer, one.package.home)):
        if one.package.manager != python.MANAGER or one.killer is not None:
            continue
        key = one.package.name.lower(), one.package.version, tuple(_PYTHON.findall(one.package.home))
        if key in seen and one.container == UNOWNED:
            yield one
        seen.add(key)


def _live(claims: Claims, is_wanted: Callable[[Installed], bool]) -> NDArray[np.bool_]:
    """The live files of the wanted packages of the final image."""
    wanted = [one.killer is None and is_wanted(one) for one in claims.packages]
    return np.asarray(np.array([*wanted, False])[claims.owners] & claims.removable & ~claims.payloads.dead)
