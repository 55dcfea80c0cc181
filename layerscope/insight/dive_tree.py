"""File trees as dive builds them: nodes are named as in the tar, and whiteouts are nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from layerscope.layers.layer_index import LayerIndex

_WHITEOUT = b".wh."
_DOUBLE_WHITEOUT = b".wh..wh."


@dataclass(slots=True, eq=False)
class Node:
    """A path of one tree; `row` is the number of its entry in the layer's index.

    An implied parent has row -1, type 0 and size 0; dive does not take it for a directory.
    """

    name: bytes
    parent: Node | None = None
    children: dict[bytes, Node] = field(default_factory=dict)
    type: int = 0
    size: int = 0
    row: int = -1

    def path(self) -> bytes:
        """The path from the root; the prefix of a whiteout is removed from the last name."""
        names = [self.name.removeprefix(_WHITEOUT)]
        node = self.parent
        while node and node.parent:
            names.append(node.name)
            node = node.parent
        return b"/".join(reversed(names))

    def subtree_size(self) -> int:
        """The total size of this node and all nodes below it."""
        total, pending = 0, [self]
        while pending:
            node = pending.pop()
            total += node.size
            pending.extend(node.children.values())
        return total


class Tree:
    """A layer's tree, or several stacked."""

    def __init__(self) -> None:
        self.root = Node(b"")
        self.size = 0

    @classmethod
    def of(cls, index: LayerIndex) -> Tree:
        """The tree of one layer."""
        tree = cls()
        types, sizes = index.types.tolist(), index.sizes.tolist()
        for row, (path, type_, size) in enumerate(zip(index.paths, types, sizes, strict=True)):
            tree.size += size
            if path:
                tree.add(path, type_, size, row)
        return tree

    def add(self, path: bytes, type_: int, size: int, row: int = -1) -> None:
        """Add a path with its parents, up to the first name with a double whiteout prefix."""
        node = self.root
        for name in path.split(b"/"):
            child = node.children.get(name)
            if child is None:
                if name.startswith(_DOUBLE_WHITEOUT):
                    return
                child = node.children[name] = Node(name, node)
            node = child
        node.type, node.size, node.row = type_, size, row

    def find(self, path: bytes) -> Node | None:
        """The node of a path, or None."""
        node: Node | None = self.root
        for name in path.split(b"/"):
            node = node.children.get(name) if node and name else node
        return node

    def stack(self, upper: Tree) -> None:
        """Apply another layer's tree, in dive's order: by name, children before their directory."""
        for node in upper.children_first():
            path = node.path()
            if not is_whiteout(node):
                self.add(path, node.type, node.size)
            elif (gone := self.find(path)) and gone.parent:
                del gone.parent.children[gone.name]

    def children_first(self) -> Iterator[Node]:
        """All nodes except the root, by name; the children of a node come before the node."""
        pending: list[tuple[Node, bool]] = [(self.root, False)]
        while pending:
            node, opened = pending.pop()
            if opened or not node.children:
                if node is not self.root:
                    yield node
                continue
            pending.append((node, True))
            pending.extend((node.children[name], False) for name in sorted(node.children, reverse=True))


def is_whiteout(node: Node) -> bool:
    """Whether the node is a whiteout to dive."""
    return node.name.startswith(_WHITEOUT)
