"""`Target`: the version of a path that the user looks at, and the version to compare it with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from layerscope.filesystem.layer_numbers import is_of_base
from layerscope.filesystem.snapshot import lookup
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import Fate
from layerscope.layers.layer_index import EntryType
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.scope import layer_name


@dataclass(frozen=True, eq=False)
class Target:
    """A version of a path; `old` and `new` are the versions of its diff, one of which may be None.

    Two images are one stack. Then layers of the first one have negative numbers.
    """

    stack: Stack
    version: int
    old: int | None
    new: int | None

    @classmethod
    def of_tree(cls, tree: TreeView, node: int) -> Target | None:
        """What the tree shows of a node; in a diff, what its layers changed, or else the version before."""
        version = int(tree.versions[node])
        if version < 0:
            return None
        comparison, stack = tree.compared.comparison, tree.compared.stack
        old, new = int(comparison.before.versions[node]), int(comparison.after.versions[node])
        if tree.compared.scope.whole or old == new:
            return cls.of_version(stack, version)
        return cls(stack, version, old if old >= 0 else None, new if new >= 0 else None)

    @classmethod
    def of_version(cls, stack: Stack, version: int) -> Target:
        """A version and the one before it in its image."""
        target = cls(stack, version, None, version)
        seen = [other for other in target.history if other < version and stack.versions.fates[other] != Fate.SHADOWED]
        return replace(target, old=seen[-1]) if seen else target

    @property
    def history(self) -> list[int]:
        """The versions of the path in the image, oldest first."""
        born, in_base = self.stack.versions.born, is_of_base(self.layer)
        return [other for other in self.stack.versions.of_node(self.node) if is_of_base(int(born[other])) == in_base]

    @property
    def node(self) -> int:
        """The node of the path."""
        return int(self.stack.versions.nodes[self.version])

    @property
    def path(self) -> bytes:
        """The path."""
        return self.stack.nodes.path(self.node)

    @property
    def layer(self) -> int:
        """The layer that wrote the version."""
        return self.layer_of(self.version)

    def layer_of(self, version: int) -> int:
        """The layer that wrote another version of the path."""
        return int(self.stack.versions.born[version])

    def layer_name(self, version: int | None) -> str:
        """The layer that wrote a version, in words; `nothing` for None."""
        if version is None:
            return "nothing"
        return layer_name(self.layer_of(version), in_pair=self.stack.origin(version)[0] is not self.stack)

    @property
    def type(self) -> EntryType:
        """The type of the version; a hardlink has the type of its target."""
        return EntryType(int(self.stack.entries.columns.types[self._row]))

    @property
    def size(self) -> int:
        """Bytes of its content."""
        return int(self.stack.entries.columns.sizes[self._row])

    @property
    def link(self) -> bytes:
        """The target of a symlink, as it is written in it."""
        return self.stack.entries.columns.links[self._row]

    @property
    def is_shadowed(self) -> bool:
        """Whether no snapshot has the version."""
        return bool(self.stack.versions.fates[self.version] == Fate.SHADOWED)

    @property
    def identity(self) -> tuple[bytes, *tuple[int | None, ...]]:
        """What stays the same if more layers are merged, and the versions get other numbers."""
        return self.path, *map(self._mark, (self.version, self.old, self.new))

    def leads_to(self) -> Target | None:
        """The version that a symlink leads to; None if there is nothing."""
        snapshot = self.stack.snapshot(self.layer)
        node = lookup(snapshot, self.path, follow=True)
        version = -1 if node is None else int(snapshot.versions[node])
        return Target.of_version(self.stack, version) if version >= 0 else None

    @property
    def _row(self) -> int:
        return int(self.stack.versions.inodes[self.version])

    def _mark(self, version: int | None) -> int | None:
        """The layer of a version, and the position of its content there, in one number."""
        if version is None:
            return None
        row = int(self.stack.versions.inodes[version])
        return self.layer_of(version) << 48 | int(self.stack.entries.columns.data_offsets[row])
