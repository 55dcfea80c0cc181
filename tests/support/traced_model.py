"""The plain model with a trace: what each entry of each layer became, and which layer ended it."""

from dataclasses import dataclass, replace

from layerscope.filesystem.versions import NEVER, Fate
from layerscope.layers.layer_index import EntryType
from support.plain_model import PlainFileSystem


@dataclass(eq=False)
class Written:
    """An entry that a layer wrote, by its layer and its number there, and the inode that its path then had."""

    layer: int
    number: int
    entry: object
    inode: object
    died: int = NEVER
    fate: Fate = Fate.LIVE


class TracedFileSystem(PlainFileSystem):
    """`written` are all entries but whiteouts, in order; `after` are the inodes that are there after each layer."""

    def __init__(self, layers):
        super().__init__()
        self.written, self.after = [], []
        self._alive = {}
        for layer, entries in enumerate(layers):
            self._trace(layer, list(entries))

    def _trace(self, layer, entries):
        before, start = dict(self.paths), len(self.written)
        self.apply(layer, entries)
        fresh = self.written[start:]
        last = {written.entry.path: written for written in fresh}
        for written in fresh:
            if last[written.entry.path] is not written or self.paths.get(written.entry.path) is not written.inode:
                written.died, written.fate = layer, Fate.SHADOWED
        there = {path: written for path, written in last.items() if written.fate == Fate.LIVE}
        for path in [path for path in self._alive if path in there or self.paths.get(path) is not before[path]]:
            now = self.paths.get(path)
            same_type = now is not None and now.type == before[path].type
            old = self._alive.pop(path)
            old.died, old.fate = layer, Fate.OVERWRITTEN if same_type else Fate.DELETED
        self._alive.update(there)
        numbers = {id(entry): number for number, entry in enumerate(entries)}
        for written in fresh:
            written.number = numbers[id(written.entry)]
        self.after.append(set(map(id, self.paths.values())))

    def _write(self, layer, entry):
        super()._write(layer, entry)
        self.written.append(Written(layer, -1, entry, self.paths[entry.path]))


def without(layers, dropped, traced):
    """The layers without these entries (`Written`); a link that stays has the content of its file, if that is gone."""
    kept = [list(entries) for entries in layers]
    has_content = {id(written.inode) for written in traced.written if _has_content(written) and written not in dropped}
    for written in traced.written:
        if written in dropped:
            kept[written.layer][written.number] = None
        elif written.inode.type == EntryType.REGULAR and id(written.inode) not in has_content:
            content = written.inode.content
            kept[written.layer][written.number] = replace(
                written.entry, type=EntryType.REGULAR, content=content, link=""
            )
            has_content.add(id(written.inode))
    return [[entry for entry in entries if entry is not None] for entries in kept]


def _has_content(written):
    return written.entry.type == EntryType.REGULAR
