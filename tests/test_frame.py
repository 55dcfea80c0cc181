"""What an import loads, that each module can be imported alone, and the markers of the tests."""

import ast
import os
import pkgutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import layerscope

ROOT = Path(layerscope.__file__).parents[1]
SLOW = (
    "textual", "rich", "httpx", "numpy", "indexed_gzip",
    "distributed", "duckdb", "fsspec", "plotly", "pyarrow",
)  # fmt: skip
MODULES = sorted(module.name for module in pkgutil.walk_packages(layerscope.__path__, "layerscope."))
NEEDS_A_COMPONENT = "import pytest\n@pytest.mark.real('sh', 'no-such-command')\ndef test_it(): pass\n"
NEEDS_EXTRA_CASES = "import pytest\n@pytest.mark.extra_cases\ndef test_it(): pass\ndef test_other(): pass\n"


def run_python(*arguments, stdin="", **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        input=stdin,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line_loads_no_slow_library():
    result = run_python("-c", f"import sys, layerscope.cli.main; print(*({{*{SLOW}}} & {{*sys.modules}}))")
    assert (result.stdout, result.stderr) == ("\n", "")


def test_the_first_frame_of_the_explorer_waits_for_no_library_that_reads_layers():
    late = ("numpy", "zlib_ng", "backports.zstd", "indexed_gzip", "pygments", "sqlite3", "xxhash")
    result = run_python("-c", f"import sys, layerscope.tui.app; print(*({{*{late}}} & {{*sys.modules}}))")
    assert (result.stdout, result.stderr) == ("\n", "")


def test_the_version_is_printed():
    result = run_python("-m", "layerscope", "--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert layerscope.__version__ in result.stdout


def test_every_module_can_be_the_first_one_imported():
    """No module needs another one to be imported before it: what modules import when they are imported has no cycle."""
    assert "layerscope.oci.digest" in MODULES
    TopologicalSorter({module: imported_first(module) for module in MODULES}).prepare()


def imported_first(module):
    """The modules that a module imports when it is imported itself."""
    file = ROOT / module.replace(".", "/")
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    todo, found = list(ast.parse(file.read_text()).body), set()
    while todo:
        statement = todo.pop()
        if isinstance(statement, ast.ImportFrom):
            found.update(
                name if (name := f"{statement.module}.{alias.name}") in MODULES else statement.module
                for alias in statement.names
            )
        elif isinstance(statement, ast.Import):
            found.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            todo += statement.orelse
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            todo += [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
    return found & {*MODULES}


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_a_test_without_its_component_is_skipped_or_fails_if_components_are_required(tmp_path, required, outcome):
    result = run_tests(NEEDS_A_COMPONENT, tmp_path, LAYERSCOPE_REQUIRE_REAL=required)
    assert "needs no-such-command: not installed" in result.stdout
    assert outcome in result.stdout


@pytest.mark.parametrize(("directory", "outcome"), [("", "1 passed"), (".", "2 passed")])
def test_a_test_of_the_extra_cases_is_left_out_and_not_skipped_without_them(tmp_path, directory, outcome):
    result = run_tests(NEEDS_EXTRA_CASES, tmp_path, LAYERSCOPE_REQUIRE_REAL="0", LAYERSCOPE_EXTRA_CASES=directory)
    assert outcome in result.stdout
    assert "skipped" not in result.stdout


@pytest.mark.parametrize(("required", "directory"), [("1", ""), ("0", "no-such-directory"), ("1", "no-such-directory")])
def test_no_test_runs_if_the_extra_cases_are_required_or_named_and_missing(tmp_path, required, directory):
    environment = {"LAYERSCOPE_REQUIRE_REAL": required, "LAYERSCOPE_EXTRA_CASES": directory}
    result = run_tests(NEEDS_EXTRA_CASES, tmp_path, **environment)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "LAYERSCOPE_EXTRA_CASES" in result.stderr


def run_tests(text, directory, **environment):
    """Run pytest on this text, with the `conftest.py` of these tests."""
    (directory / "test_it.py").write_text(text)
    settings = {"PYTHONPATH": str(Path(__file__).parent), "LAYERSCOPE_EXTRA_CASES": str(directory), **environment}
    options = ("-m", "pytest", "-rs", "-c", os.devnull, "--rootdir", str(directory), "-p", "conftest")
    return run_python(*options, str(directory), **settings)
