"""A plain model of layer semantics: a dictionary of paths, changed entry by entry. Slow, obvious, and the measure of the stack."""

from dataclasses import dataclass, field

from layerscope.filesystem.change import Change, Reason
from layerscope.layers.layer_index import ContentKind, EntryType

_REASONS = {
    "mode": Reason.MODE,
    "uid": Reason.OWNER,
    "gid": Reason.OWNER,
    "mtime": Reason.MTIME,
    "xattrs": Reason.XATTR,
    "device": Reason.DEVICE,
}
UNKNOWN_OR_TOUCHED = Reason.CONTENT_UNKNOWN | Reason.MTIME
IMPLIED = {"mode": 0o755, "uid": 0, "gid": 0, "mtime": 0, "xattrs": {}, "device": 0}


@dataclass(eq=False)
class Inode:
    """One file system object; several paths may share it."""

    type: EntryType
    size: int = 0
    content: bytes = b""
    layer: int = -1
    attributes: dict = field(default_factory=lambda: IMPLIED)
    target: str = ""
    content_kind: ContentKind = ContentKind.NONE


@dataclass
class PlainFileSystem:
    """Paths without leading slash; the root is the empty path."""

    paths: dict[str, Inode] = field(default_factory=dict)
    payloads: list[Inode] = field(default_factory=list)

    def apply(self, layer, entries):
        lower = dict(self.paths)
        for entry in entries:
            parent, _, name = entry.path.rpartition("/")
            if name == ".wh..wh..opq":
                self._remove_below(parent, lower)
            elif name.startswith(".wh."):
                self._remove(f"{parent}/{name[4:]}".lstrip("/"), lower)
        written = [entry for entry in entries if not entry.path.rpartition("/")[2].startswith(".wh.")]
        for entry in written:
            self._write(layer, entry)
        for entry in written:
            lower.pop(entry.path, None)  # a hardlink to what it already was is written, too
        for entry in entries:
            parent, _, name = entry.path.rpartition("/")
            if name.startswith(".wh."):
                self._imply_marked(layer, parent, lower)
        self.paths.setdefault("", Inode(EntryType.DIRECTORY, layer=layer))

    def live_size(self):
        return sum(inode.size for inode in {id(inode): inode for inode in self.paths.values()}.values())

    def listing(self):
        return {path: (inode.type, inode.size, inode.content) for path, inode in self.paths.items() if path}

    def _remove(self, path, lower):
        self._remove_below(path, lower)
        if path in lower and self.paths.get(path) is lower[path]:
            del self.paths[path]

    def _remove_below(self, path, lower):
        prefix = f"{path}/" if path else ""
        for below in [name for name in self.paths if name and name.startswith(prefix) and name != path]:
            if self.paths.get(below) is lower.get(below):
                del self.paths[below]

    def _write(self, layer, entry):
        self._imply_parents(layer, entry.path)
        old = self.paths.get(entry.path)
        attributes = {name: getattr(entry, name) for name in _REASONS}
        inode = Inode(entry.type, 0, entry.content, layer, attributes, entry.link, entry.content_kind)
        if entry.type == EntryType.REGULAR:
            inode.size = len(entry.content)
            self.payloads.append(inode)
        if entry.type == EntryType.HARDLINK:
            target = self.paths.get(entry.link)
            if target is not None and target.type != EntryType.DIRECTORY and entry.link != entry.path:
                inode = target
        if old is not None and old.type == EntryType.DIRECTORY and inode.type != EntryType.DIRECTORY:
            for below in [name for name in self.paths if name.startswith(f"{entry.path}/")]:
                del self.paths[below]
        self.paths[entry.path] = inode

    def _imply_parents(self, layer, path):
        parts = path.split("/")
        for count in range(len(parts)):
            parent = "/".join(parts[:count])
            if self.paths.get(parent) is None or self.paths[parent].type != EntryType.DIRECTORY:
                self.paths[parent] = Inode(EntryType.DIRECTORY, layer=layer)

    def _imply_marked(self, layer, path, lower):
        while path and path not in self.paths:
            path = path.rpartition("/")[0]
        found = self.paths.get(path)
        if found is not None and found.type != EntryType.DIRECTORY and found is lower.get(path):
            self.paths[path] = Inode(EntryType.DIRECTORY, layer=layer)


def applied(layers):
    """The file system that these layers make, lowest first."""
    model = PlainFileSystem()
    for number, entries in enumerate(layers):
        model.apply(number, entries)
    return model


def differences(before, after):
    """What changed from one file system to another, by path: the change, and why. The root is left out."""
    paths = sorted({*before.paths, *after.paths} - {""})
    found = {path: _difference(before.paths.get(path), after.paths.get(path)) for path in paths}
    return {path: difference for path, difference in found.items() if difference[0] != Change.UNMODIFIED}


def _difference(old, new):
    if old is None or new is None:
        return (Change.ADDED if old is None else Change.REMOVED), Reason(0)
    reasons = _reasons(old, new)
    if not reasons:
        return Change.UNMODIFIED, reasons
    if reasons == Reason.MTIME:
        return Change.TOUCHED, reasons
    return (Change.UNKNOWN if reasons | Reason.MTIME == UNKNOWN_OR_TOUCHED else Change.MODIFIED), reasons


def _reasons(old, new):
    if old.type != new.type:
        return Reason.TYPE
    reasons = Reason(0)
    for name, reason in _REASONS.items():
        if old.attributes[name] != new.attributes[name]:
            reasons |= reason
    if new.type == EntryType.REGULAR:
        reasons |= _content_reason(old, new)
    if new.type == EntryType.SYMLINK and old.target != new.target:
        reasons |= Reason.LINK
    return reasons


def _content_reason(old, new):
    """The content is known by its size, or by its bytes, but only if both are identified in the same way."""
    if len(old.content) != len(new.content):
        return Reason.CONTENT
    if not new.content:
        return Reason(0)
    if old.content_kind != new.content_kind:
        return Reason.CONTENT_UNKNOWN
    return Reason.CONTENT if old.content != new.content else Reason(0)
