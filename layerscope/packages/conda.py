"""Conda's packages: JSON files in the `conda-meta` of each environment, which list the files."""

from collections.abc import Iterator, Mapping

from layerscope.packages.json_file import json_object, text_in
from layerscope.packages.package import MOST_PATHS, Package, Problems, text_of

MANAGER = "conda"


def read(files: Mapping[bytes, bytes], problems: Problems) -> Iterator[Package]:
    """The installed packages."""
    for path, data in files.items():
        value = json_object(path, data, problems)
        if value is None or not text_in(value, "name"):
            continue
        name, version, architecture = (text_of(text_in(value, key)) for key in ("name", "version", "subdir"))
        prefix = path.rpartition(b"/")[0].rpartition(b"/")[0]
        listed = value.get("files")
        names = [name for name in listed[:MOST_PATHS] if isinstance(name, str)] if isinstance(listed, list) else []
        paths = (b"/".join(filter(None, (prefix, name.encode("utf-8", "surrogatepass")))) for name in names)
        yield Package(MANAGER, name, version, architecture, path, prefix, (*paths, path))
