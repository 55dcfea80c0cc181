"""Which directories are open, remembered by path, so that it stays valid for the next stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from layerscope.filesystem.nodes import Nodes


class Expansion:
    """Directories above a level are open; later rules for one directory, or all of a subtree, override that."""

    def __init__(self, level: int = 1) -> None:
        self._level = level
        self._rules: dict[tuple[bytes, bool], bool] = {}

    @property
    def level(self) -> int:
        """The depth below which directories are open, unless a rule says otherwise."""
        return self._level

    def open_to(self, level: int) -> None:
        """Open the directories of depth below `level` (1: the root alone), close all others."""
        self._level = level
        self._rules.clear()

    def set(self, path: bytes, *, opened: bool) -> None:
        """Open or close one directory."""
        self._rules.pop((path, False), None)
        self._rules[path, False] = opened

    def set_below(self, path: bytes, *, opened: bool) -> None:
        """Open or close a directory and all below it."""
        prefix = path + b"/" if path else b""
        self._rules = {key: rule for key, rule in self._rules.items() if not (key[0] + b"/").startswith(prefix)}
        self._rules[path, True] = opened

    def mask(
        self, nodes: Nodes, depths: NDArray[np.integer], besides: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Whether each node of these depths is open; the nodes in `besides` are open unless a rule closes them."""
        opened: NDArray[np.bool_] = depths < self._level
        if besides is not None:
            opened |= besides
        for (path, with_subtrees), rule in self._rules.items():
            node = nodes.find(path)
            if node is not None:
                opened[node : nodes.ends[node] if with_subtrees else node + 1] = rule
        return opened
