"""Command lines that print what is shown, or the closest thing that `layerscope` prints, safe to paste into a shell."""

import re

import numpy as np

from layerscope.filesystem.comparison import Change
from layerscope.filesystem.layer_numbers import NOTHING, own_number
from layerscope.filesystem.nodes import ROOT
from layerscope.filesystem.stack import Stack
from layerscope.filesystem.versions import NEVER, Fate
from layerscope.layers.layer_index import EntryType
from layerscope.oci import Digest
from layerscope.sources.open import registry_reference
from layerscope.tui.rows.target import Target
from layerscope.tui.rows.tree_view import TreeView
from layerscope.tui.state.preview_look import Tab
from layerscope.tui.state.session import Session

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def quoted(text: str) -> str:
    """The text as one word of a command line."""
    return text if _PLAIN.fullmatch(text) else _quoted(text.encode("utf-8", "surrogateescape"))


def quoted_path(path: bytes) -> str:
    """An absolute path as one word; unprintable bytes are written in `$'...'`."""
    text = "/" + path.decode("utf-8", "surrogateescape")
    return text if _PLAIN.fullmatch(text) else _quoted(b"/" + path)


def _quoted(text: bytes) -> str:
    try:
        readable = text.decode()
    except UnicodeDecodeError:
        readable = "\n"
    if readable.isprintable():
        return "'" + readable.replace("'", "'\\''") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(byte: int) -> str:
    char = chr(byte)
    if char in "\\'":
        return "\\" + char
    return char if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


_LISTINGS = {"waste": ("waste", ()), "savings": ("waste", ("--savings",))}


def layers_command(session: Session) -> str:
    """For the layers."""
    return command_line(session, "layers")


def pair_command(session: Session, *words: str) -> str:
    """For the comparison of two images, on the platforms and after the layers that were asked for."""
    assert session.base
    both = (("a", session.base), ("b", session))
    platforms = {str(image.platform) for _, image in both if image.platform}
    if len(platforms) == 1 and all(image.platform for _, image in both):
        options = [("--platform", *platforms)]
    else:
        options = [(f"--platform-{side}", str(image.platform)) for side, image in both if image.platform]
    options += [(f"--layer-{side}", str(image.last_layer)) for side, image in both if image.last_layer is not None]
    names = [quoted(image.name) for _, image in both]
    chosen = [word for option in options for word in option]
    return " ".join(("layerscope diff", *names, *words, *chosen, *map(quoted, session.options)))


def listing_command(session: Session, listing: str) -> str:
    """For a listing that is shown instead of the tree."""
    command, options = _LISTINGS[listing]
    return command_line(session, command, *options)


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


def command_line(session: Session, command: str, *words: str) -> str:
    """For this image, on the requested platform, with the same connection."""
    platform = ("--platform", str(session.platform)) if session.platform else ()
    return " ".join(("layerscope", command, quoted(session.name), *words, *platform, *map(quoted, session.options)))


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


def image_command(session: Session, tab: Tab, *, inside: Digest | bool) -> str:
    """For a page about the image; `inside` is the digest of an attachment, or says that the source is shown."""
    if tab is Tab.DOCKERFILE:
        return command_line(session, "dockerfile", *(("--source",) if inside else ()))
    reference = registry_reference(session.name) if tab is Tab.REFERRERS else None
    if reference is None:
        return command_line(session, "config" if tab is Tab.CONFIG else "inspect")
    if not isinstance(inside, Digest):
        return command_line(session, "referrers")
    return " ".join(("layerscope manifest", str(reference.with_digest(inside)), *map(quoted, session.options)))


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
