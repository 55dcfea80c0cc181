"""Leftovers of package managers and tools, recognized by their paths."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leftover:
    """Files that an image rarely needs: title, pattern for paths without a leading slash, and how to avoid them.

    `{layer}` in the advice is replaced by the number of the layer that has the files.
    """

    kind: str
    title: str
    pattern: str
    advice: str


_HOME = r"(?:(?:root|home/[^/]+)/)?"
"""The home directory of a user, or the root for a user without one."""

_OTHER_BASE = ", or use a base image without them"

LEFTOVERS = (
    Leftover(
        "apt",
        "apt package lists and caches",
        r"var/(?:lib/apt/lists|cache/apt)/.",
        "add `rm -rf /var/lib/apt/lists/* /var/cache/apt/*` to the end of the RUN that makes layer {layer}"
        + _OTHER_BASE,
    ),
    Leftover(
        "apk",
        "apk package cache",
        r"(?:var/cache/apk|etc/apk/cache)/.",
        "install with `apk add --no-cache`",
    ),
    Leftover(
        "dnf",
        "dnf and yum caches",
        r"var/cache/(?:dnf|yum|libdnf5|PackageKit)/.|var/lib/dnf/history",
        "add `dnf clean all` to the end of the RUN that makes layer {layer}, or mount `/var/cache/dnf` as a cache",
    ),
    Leftover(
        "pip",
        "pip cache",
        _HOME + r"\.cache/(?:pip|uv|pypoetry|pipenv)/.",
        "install with `pip install --no-cache-dir`, or mount the cache (`RUN --mount=type=cache,target=/root/.cache`)",
    ),
    Leftover(
        "npm",
        "npm, yarn and pnpm caches",
        rf"(?:{_HOME}|opt/|usr/local/(?:share/)?)"
        r"(?:\.npm/_|\.cache/(?:yarn|node-gyp|pnpm)/|\.yarn/(?:berry/)?cache/|\.local/share/pnpm/store/)."
        r"|pnpm/store/.|(?:.*/)?\.pnpm-store/.",
        "add `npm cache clean --force` (or `yarn cache clean`) to the command of layer {layer}, or mount the cache",
    ),
    Leftover(
        "gem",
        "Ruby gem caches",
        rf"(?:usr/(?:local/)?lib/ruby/gems/[^/]+|var/lib/gems/[^/]+|usr/local/bundle|{_HOME}\.(?:local/share/)?gem/ruby/[^/]+)"
        r"/cache/.|(?:usr/src/)?(?:app/)?vendor/bundle/ruby/[^/]+/cache/.",
        'add `rm -rf "$(gem env gemdir)/cache"` to the end of the RUN that makes layer {layer}' + _OTHER_BASE,
    ),
    Leftover(
        "zypper",
        "zypper caches",
        r"var/cache/zypp/.",
        "add `zypper clean --all` to the end of the RUN that makes layer {layer}" + _OTHER_BASE,
    ),
    Leftover(
        "pacman",
        "pacman package cache",
        r"var/cache/pacman/pkg/.",
        "add `rm -rf /var/cache/pacman/pkg` to the end of the RUN that makes layer {layer}" + _OTHER_BASE,
    ),
    Leftover(
        "cargo",
        "cargo registry and git caches",
        rf"(?:{_HOME}\.cargo|usr/local/cargo)/(?:registry|git)/.",
        "build in a stage of its own, or mount the registry as a cache",
    ),
    Leftover(
        "go",
        "Go module and build caches",
        rf"{_HOME}go/pkg/mod/(?:cache/)?.|{_HOME}\.cache/go-build/.",
        "build in a stage of its own, or mount `/go/pkg/mod` and the build cache as caches",
    ),
    Leftover(
        "maven",
        "Maven and Gradle caches",
        _HOME + r"(?:\.m2/repository|\.gradle/(?:caches|wrapper))/.",
        "build in a stage of its own, or mount `/root/.m2` (`/root/.gradle`) as a cache",
    ),
    Leftover(
        "conda",
        "conda package cache",
        rf"(?:opt/|usr/local/|{_HOME})(?:[^/]*conda[^/]*|(?:micro)?mamba|mambaforge|miniforge[^/]*)/pkgs/.",
        "add `conda clean --all --yes` to the end of the RUN that makes layer {layer}" + _OTHER_BASE,
    ),
    Leftover(
        "git",
        "version control history",
        r"(?:.*/)?\.(?:git|hg|svn)/.",
        "list `.git` in `.dockerignore`, or clone with `--depth 1` and remove `.git` in the same RUN",
    ),
    Leftover(
        "pycache",
        "compiled Python files",
        r".*\.py[co]$",
        "set `PYTHONDONTWRITEBYTECODE=1`, or install with `pip install --no-compile`",
    ),
    Leftover(
        "debug",
        "debug symbols",
        r"usr/lib/debug/.|.*\.(?:debug|pdb)$|(?:.*/)?[^/]*\.dSYM(?:/|$)",
        "leave the debug packages out, or strip the binaries in a stage of their own",
    ),
    Leftover(
        "docs",
        "documentation",
        r"usr/(?:local/)?share/(?:doc|man|info|gtk-doc)/.",
        "install without documentation (dpkg: `path-exclude=/usr/share/doc/*`, dnf: `tsflags=nodocs`),"
        " or use a base image without it",
    ),
    Leftover(
        "tmp",
        "temporary files",
        r"(?:var/)?tmp/.",
        "remove them in the RUN that makes them, or mount a tmpfs (`RUN --mount=type=tmpfs,target=/tmp`)",
    ),
)

_LEFTOVER = re.compile("|".join(f"(?P<{leftover.kind}>{leftover.pattern})" for leftover in LEFTOVERS).encode())
_BY_KIND = {leftover.kind: leftover for leftover in LEFTOVERS}

ARCHIVE = re.compile(rb"(?P<stem>.+?)\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|tzst|zip|whl|deb|rpm|war|ear|jar\.zip|7z)")


def leftover_at(path: bytes) -> Leftover | None:
    """The first kind of leftover that matches the path, which has no leading slash."""
    match = _LEFTOVER.match(path)
    return _BY_KIND[match.lastgroup] if match and match.lastgroup else None
