"""The history of a path: what each layer did to it, and why it counts as modified."""

from collections.abc import Iterator
from dataclasses import dataclass

from layerscope.filesystem.change import Change, Reason
from layerscope.filesystem.comparison import CHANGE_OF, why
from layerscope.filesystem.layer_numbers import NOTHING, own_number
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate
from layerscope.oci import Image
from layerscope.report.diff import reason_words
from layerscope.tui.rows.target import Target

_ALIVE = NEVER, NOTHING
"""Where the versions end that the final file system has, of two images also that of the first one."""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """What a layer did to a path; `command` is from outside, and not yet safe.

    `reasons` are the attributes that differ from the version before. Sizes are None if the layer removed the path;
    `compressed_size` is the share of the pull, None if that is unknown. `killer` is the layer that ended the version.
    """

    layer: int
    change: str
    reasons: tuple[str, ...]
    size: int | None
    compressed_size: int | None
    killer: int | None
    command: str
    is_shown: bool = False


def path_history(target: Target, image: Image) -> list[HistoryStep]:
    """Every version of the path in this image, oldest first, with a step for each layer that removed it."""
    stack = target.stack
    versions = target.history
    steps: list[HistoryStep] = []
    before: int | None = None
    for version in versions:
        steps.append(_written(target, image, version, before))
        if stack.versions.fates[version] == Fate.SHADOWED:
            continue
        before = version
        following = next((other for other in versions if other > version), None)
        died = int(stack.versions.died[version])
        if died not in _ALIVE and (following is None or int(stack.versions.born[following]) != died):
            steps.append(HistoryStep(died, "removed", (), None, None, None, image.layers[own_number(died)].command))
    return steps


def _written(target: Target, image: Image, version: int, before: int | None) -> HistoryStep:
    stack = target.stack
    every = stack.versions
    layer, fate = int(every.born[version]), Fate(int(every.fates[version]))
    change, reasons = _change(stack, version, before)
    pull = int(stack.entries.columns.compressed_sizes[every.rows[version]])
    return HistoryStep(
        layer=layer,
        change="shadowed" if fate == Fate.SHADOWED else change,
        reasons=() if fate == Fate.SHADOWED else tuple(reasons),
        size=int(stack.content_sizes[version]),
        compressed_size=pull if image.layers[own_number(layer)].is_pull_known else None,
        killer=None if every.died[version] in _ALIVE else int(every.died[version]),
        command=image.layers[own_number(layer)].command,
        is_shown=version == target.version,
    )


def _change(stack: Stack, version: int, before: int | None) -> tuple[str, Iterator[str]]:
    """The change in a word, and its reasons; a path that was removed before is added."""
    versions = stack.versions
    if before is None or versions.died[before] != versions.born[version]:
        return "added", iter(())
    rows = (versions.inodes[[number]] for number in (before, version))
    reasons = Reason(int(why(stack.entries, *rows)[0]))
    change = Change(int(CHANGE_OF[reasons]))
    return change.name.lower(), (word for word in reason_words(reasons) if word != "mtime")
