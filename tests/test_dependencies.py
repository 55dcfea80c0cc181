"""The distributions that the package imports are the ones that it declares."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]
STANDARD = {*sys.stdlib_module_names, "compression"}
"""`compression` is there from Python 3.14 on."""


def normal(name):
    """The name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_modules():
    for file in (ROOT / "layerscope").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module


@cache
def distributions():
    return packages_distributions()


def providers_of(package):
    """The distributions that install a package; those that a marker excludes here are known by their names."""
    by_name = {"backports": ["backports.zstd"]}
    return set(map(normal, distributions().get(package, by_name.get(package, [package]))))


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = (project["optional-dependencies"][name] for name in ("sbom", "survey", "html"))
    requirements = [*project["dependencies"], *chain.from_iterable(extras)]
    declared = {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}
    packages = {module.partition(".")[0] for module in imported_modules()} - STANDARD - {"layerscope"}
    providers = {package: providers_of(package) & declared for package in packages}
    assert {package for package, found in providers.items() if not found} == set()
    assert set().union(*providers.values()) == declared
