"""What should not be in an image: secrets, also in deleted files, and permissions that nobody needs.

Secrets are named by place. The value of a secret is in no risk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.ownership import UNOWNED
from layerscope.filesystem.versions import Fate
from layerscope.insight.analysis import Analysis
from layerscope.insight.config_secrets import config_secrets
from layerscope.layers.layer_index import EntryType
from layerscope.secrets.detector import decode


class Severity(IntEnum):
    """How bad a risk is."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Kind(StrEnum):
    """What a risk is."""

    SECRET = "secret"  # noqa: S105 - a word
    CREDENTIALS_FILE = "credentials-file"
    """A file that programs keep passwords or keys in, without a secret that is known."""
    SETUID = "setuid"
    SETGID = "setgid"
    CAPABILITIES = "capabilities"
    WORLD_WRITABLE = "world-writable"
    ROOT_USER = "root-user"
    BROKEN_SYMLINK = "broken-symlink"


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk: a `path`, or another `place` such as `ENV NAME`; `layer` brought it, and `killer` deleted it.

    `rule` is the kind of a secret, `line` its line, and `step` the number of the history step that shows it.
    """

    kind: Kind
    severity: Severity
    path: bytes | None = None
    place: str = ""
    rule: str = ""
    line: int | None = None
    layer: int | None = None
    killer: int | None = None
    step: int | None = None


_CREDENTIALS = re.compile(
    rb"(?:.*/)?(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:ppk|p12|pfx|jks|keystore|kdbx)|\.(?:npm|pypi|net)rc|\.git-credentials"
    rb"|\.aws/credentials|\.docker/config\.json|\.kube/config|\.env|\.htpasswd|\.pgpass|\.(?:ba|z)?sh_history|[^/]+\.tfstate)",
    re.DOTALL,
)
_VIRTUAL = (b"/proc/", b"/dev/", b"/sys/", b"/run/", b"/var/run/", b"/tmp/")
"""Directories that a container has only while it runs; symlinks into them are not broken."""
_ROOT_USERS = ("", "root", "0")
_CAPABILITY = "security.capability"


def find_risks(analysis: Analysis) -> list[Risk]:
    """All risks, the worst first; of equal ones those of the lowest layer first."""
    found = [*_secrets(analysis), *_in_config(analysis), *_rights(analysis), *_broken_symlinks(analysis)]
    order = list(Kind)
    return sorted(found, key=lambda risk: (-risk.severity, order.index(risk.kind), risk.layer or 0))


def _secrets(analysis: Analysis) -> Iterator[Risk]:
    """Secrets by content, and files for secrets by name, in all layers."""
    stack, payloads = analysis.stack, analysis.accounting.payloads
    columns = (column.tolist() for column in (payloads.rows, payloads.layers, payloads.killers))
    for path, row, layer, killer in zip(stack.nodes.paths.at(payloads.nodes), *columns, strict=True):
        ended = killer if killer >= 0 else None
        if row in stack.entries.secrets:
            for secret in decode(stack.entries.secrets[row]):
                yield Risk(Kind.SECRET, Severity.HIGH, path, "", secret.kind, secret.line, layer, ended)
        elif _CREDENTIALS.fullmatch(path) and stack.entries.columns.sizes[row]:
            yield Risk(Kind.CREDENTIALS_FILE, Severity.MEDIUM, path, layer=layer, killer=ended)


def _in_config(analysis: Analysis) -> Iterator[Risk]:
    for found in config_secrets(analysis.image):
        layer = analysis.image.steps[found.step].layer if found.step is not None else None
        yield Risk(Kind.SECRET, Severity.HIGH, None, found.place, found.rule, None, layer, None, found.step)
    if analysis.image.config.user.partition(":")[0] in _ROOT_USERS and not analysis.image.artifact_type:
        yield Risk(Kind.ROOT_USER, Severity.LOW, None, f"USER {analysis.image.config.user or 'is not set'}")


def _rights(analysis: Analysis) -> Iterator[Risk]:
    """Rights of live files; those that a package of the system brings are expected."""
    stack = analysis.stack
    live = np.flatnonzero(stack.versions.fates == Fate.LIVE)
    inodes = stack.versions.inodes[live]
    types, modes = stack.entries.columns.types[inodes], stack.entries.columns.modes[inodes]
    is_file, is_directory = types == EntryType.REGULAR, types == EntryType.DIRECTORY
    capable = [row for row, names in stack.entries.columns.xattrs.items() if _CAPABILITY in names]
    is_open = (modes & 0o002 != 0) & (is_file | is_directory & (modes & 0o1000 == 0))
    masks = {
        Kind.SETUID: is_file & (modes & 0o4000 != 0),
        Kind.SETGID: is_file & (modes & 0o2000 != 0),
        Kind.CAPABILITIES: np.isin(inodes, capable),
        Kind.WORLD_WRITABLE: is_open,
    }
    for kind, mask in masks.items():
        for version in live[mask].tolist():
            yield _right(analysis, kind, version)


def _right(analysis: Analysis, kind: Kind, version: int) -> Risk:
    stack = analysis.stack
    is_owned = stack.ownership.owners[version] != UNOWNED
    path, layer = stack.nodes.path(int(stack.versions.nodes[version])), int(stack.versions.born[version])
    return Risk(kind, Severity.LOW if is_owned else Severity.MEDIUM, path, layer=layer)


def _broken_symlinks(analysis: Analysis) -> Iterator[Risk]:
    """Live symlinks without a target; none if a layer was not read whole, because it may have the target."""
    if not analysis.is_whole:
        return
    stack, final = analysis.stack, analysis.stack.final
    for version in _live_symlinks(analysis).tolist():
        path = stack.nodes.path(int(stack.versions.nodes[version]))
        target = stack.entries.columns.links[int(stack.versions.inodes[version])]
        is_virtual = target.startswith(_VIRTUAL) or (b"/" + path).startswith(_VIRTUAL)
        if not is_virtual and final.lookup(path) is None:
            yield Risk(Kind.BROKEN_SYMLINK, Severity.LOW, path, layer=int(stack.versions.born[version]))


def _live_symlinks(analysis: Analysis) -> NDArray[np.int64]:
    versions = analysis.stack.versions
    is_symlink = analysis.stack.entries.columns.types[versions.inodes] == EntryType.SYMLINK
    return np.flatnonzero(is_symlink & (versions.fates == Fate.LIVE))
