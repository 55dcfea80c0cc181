"""Command lines that print a path that is shown, or the closest thing that `layerscope` prints."""

import numpy as np

from layerscope.filesystem.change import Change
from layerscope.filesystem.layer_numbers import NOTHING, own_number
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate
from layerscope.layers.layer_index import EntryType
from layerscope.tui.rows.image_command import command_line, pair_command, quoted, quoted_path
from layerscope.tui.rows.target import Target
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.preview_look import Tab
from layerscope.tui.state.session import Session


def find_command(session: Session, tree: TreeView) -> str:
    """For the list of the files of the tree: those that are there, and those that its layers removed."""
    query = tree.found.text.query.strip() if tree.found else ""
    if tree.found and tree.found.query.asks_for_dead:
        return command_line(session, "find", quoted(query))
    scope, stack, hits = tree.compared.scope, tree.compared.stack, tree.hits
    if scope.compares_images:
        return pair_command(session, "--files", "--all")
    (session, last), first = session.place(scope.after), own_number(scope.layers.start)
    layers = f"layer:{first}" + (f"-{last}" if len(scope.layers) > 1 else "")
    is_removed = tree.compared.comparison.changes[stack.versions.nodes[hits]] == Change.REMOVED
    is_older = stack.versions.born[hits[~is_removed]] < scope.layers.start
    there = "*" if scope.whole or is_older.any() else layers
    after = () if not session.unread and last == session.layer_count - 1 else ("--after", str(last))
    commands = [command_line(session, "find", quoted(_joined(there, query)), *after)]
    if is_removed.any():
        commands.append(command_line(session, "find", quoted(_joined(f"change:removed {layers}", query))))
    return " && ".join(commands[1:] if len(hits) and is_removed.all() else commands)


def _joined(words: str, query: str) -> str:
    """Both queries in one; a star, which matches everything, only if it is needed."""
    return query if words == "*" and query and not query.startswith("-") else f"{words} {query}".strip()


def path_command(session: Session, tree: TreeView, node: int) -> str:
    """For a path of the tree; if several layers changed it, one command per layer."""
    path = tree.compared.stack.nodes.path(node)
    if tree.compared.scope.compares_images:
        return _pair_path_command(session, tree, path)
    session = session.place(tree.compared.scope.after)[0]
    if node != ROOT and tree.compared.comparison.after.versions[node] < 0:
        return _list_deleted(session, tree, node)
    if not tree.compared.scope.whole and (layers := _layers(tree, node)):
        return " && ".join(_list(session, path, *_of_layer(layer)) for layer in layers)
    if tree.versions[node] < 0:  # the root of an image without any entry
        return _list(session, path)
    if session.is_complete and _is_in_the_end(tree, node):
        return _list(session, path)
    return _list(session, path, *_of_layer(int(tree.compared.stack.versions.born[tree.versions[node]])))


def _pair_path_command(session: Session, tree: TreeView, path: bytes) -> str:
    """For a path of both images; the root is the whole comparison, and layers that are selected are options."""
    scope, words = tree.compared.scope, [quoted_path(path)] if path else []
    if not scope.is_of_whole_images:
        (_, before), (_, after) = session.place(scope.before), session.place(scope.after)
        words += ["--layer-a", str(before), "--layer-b", str(after)]
    return pair_command(session, *words)


def preview_command(session: Session, target: Target, tab: Tab) -> str:
    """For the content, the diff or the history of a path; two versions are compared by `diff` itself."""
    if tab is Tab.HISTORY:
        return command_line(session.place(target.layer)[0], "blame", quoted_path(target.path))
    if tab is Tab.CONTENT:
        return _print(session, target, target.version)
    sides = [
        "/dev/null" if version is None else f"<({_print(session, target, version)})"
        for version in (target.old, target.new)
    ]
    return f"diff -u {' '.join(sides)}"


def _print(session: Session, target: Target, version: int) -> str:
    session, layer = session.place(target.layer_of(version))
    is_last = session.is_complete and target.stack.versions.died[version] in (NEVER, NOTHING)
    after = () if is_last and session.last_layer is None else ("--after", str(layer))
    return command_line(session, "cat", quoted_path(target.path), *after)


def _list(session: Session, path: bytes, *options: str) -> str:
    return command_line(session, "ls -l", quoted_path(path), *options)


def _list_deleted(session: Session, tree: TreeView, node: int) -> str:
    """`ls` lists what is below a path that ever was a directory; if nothing is, it lists the directory above."""
    nodes, versions = tree.compared.stack.nodes, tree.compared.stack.versions
    killer = _killer(tree, node)
    below = slice(int(versions.first_of_node[node + 1]), int(versions.first_of_node[nodes.ends[node]]))
    died_then = (versions.fates[below] == Fate.DELETED) & (versions.died[below] == killer)
    listed = (died_then & (nodes.parents[versions.nodes[below]] == node)).any() or nodes.ends[node] == node + 1
    return _list(session, nodes.path(node if listed else int(nodes.parents[node])), "--deleted", *_of_layer(killer))


def _of_layer(layer: int) -> tuple[str, str]:
    return "--layer", str(own_number(layer))


def _killer(tree: TreeView, node: int) -> int:
    """The layer that deleted a path."""
    versions = tree.compared.stack.versions
    own = versions.of_node(node)
    ends = versions.died[own.start : own.stop][versions.fates[own.start : own.stop] == Fate.DELETED]
    return int(ends[ends <= tree.compared.scope.after].max())


def _layers(tree: TreeView, node: int) -> list[int]:
    """The layers in the scope whose tars have entries at or below a path; for the root at least one."""
    scope, writers = tree.compared.scope, _writers(tree.compared.stack, node)
    found = [layer for layer in scope.layers if layer in writers]
    return found or ([scope.after] if node == ROOT else [])


def _writers(stack: Stack, node: int) -> set[int]:
    """The layers that wrote something at or below a path, or have a whiteout there.

    The whiteout of a path, or of a directory above it, is an entry above the path.
    """
    versions = stack.versions
    own, end = versions.of_node(node), int(versions.first_of_node[stack.nodes.ends[node]])
    fates, died = versions.fates[own.start : end], versions.died[own.start : end]
    deleted = np.where(fates == Fate.DELETED, died, -1)
    whiteouts = set(deleted[len(own) :].tolist()) - set(deleted[: len(own)].tolist())
    return set(versions.born[own.start : end].tolist()) | whiteouts


def _is_in_the_end(tree: TreeView, node: int) -> bool:
    """Whether the final file system has the same version of a file, or any of a directory."""
    stack, version = tree.compared.stack, int(tree.versions[node])
    if stack.entries.columns.types[stack.versions.inodes[version]] != EntryType.DIRECTORY:
        return bool(stack.versions.died[version] == NEVER)
    own = stack.versions.of_node(node)
    return bool((stack.versions.died[own.start : own.stop] == NEVER).any())
