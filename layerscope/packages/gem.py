"""Ruby's packages: the gemspecs in `specifications`, and the directories that are named like them."""

import re
from collections.abc import Iterator, Mapping

from layerscope.packages.package import Package, Problems, text_of

MANAGER = "gem"
_NAME = re.compile(rb"""^\s*\w+\.name\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)
_VERSION = re.compile(rb"""^\s*\w+\.version\s*=\s*(?:Gem::Version\.new\(?\s*)?["']([^"'\n]+)["']""", re.MULTILINE)
_END = b".gemspec"


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The installed gems."""
    for path, data in files.items():
        name, version = _NAME.search(data), _VERSION.search(data)
        if name is None or version is None:
            problems.add(path, "has no name and version of a gem")
            continue
        directory, _, file = path.rpartition(b"/")
        home = directory.removesuffix(b"/default").rpartition(b"/")[0]
        tree = b"/".join(filter(None, (home, b"gems", file.removesuffix(_END))))
        yield Package(MANAGER, text_of(name[1]), text_of(version[1]), "", path, home, (path,), (tree,))
