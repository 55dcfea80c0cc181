"""Packages of npm and its kin: directories in `node_modules`."""

from collections.abc import Iterator, Mapping

from layerscope.packages.json_file import json_object, text_in
from layerscope.packages.package import Package, Problems, text_of

MANAGER = "npm"


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The packages in `node_modules`; a directory without a name and a version is no package."""
    for path, data in files.items():
        value = json_object(path, data, problems)
        if value is not None and (name := text_in(value, "name")) and (version := text_in(value, "version")):
            tree = path.rpartition(b"/")[0]
            yield Package(MANAGER, text_of(name), text_of(version), origin=path, home=tree, trees=(tree,))
