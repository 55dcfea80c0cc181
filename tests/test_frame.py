"""The frame that holds the rooms: what an import loads, that each module stands alone, and the `real` marker."""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import layerscope

SLOW = ("textual", "rich", "httpx", "numpy")
MODULES = sorted(module.name for module in pkgutil.walk_packages(layerscope.__path__, "layerscope."))
NEEDS_A_COMPONENT = "import pytest\n@pytest.mark.real('sh', 'no-such-command')\ndef test_it(): pass\n"


def run_python(*arguments, stdin="", **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        input=stdin,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line_loads_no_library_that_is_slow():
    result = run_python("-c", f"import sys, layerscope.cli.main; print(*({{*{SLOW}}} & {{*sys.modules}}))")
    assert (result.stdout, result.stderr) == ("\n", "")


def test_the_version_is_told():
    result = run_python("-m", "layerscope", "--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert layerscope.__version__ in result.stdout


def test_every_module_can_be_the_first_one_imported():
    """No module leans on another one having been imported before it, so no import cycle hides."""
    code = (
        "import importlib, sys\n"
        "for name in sys.stdin.read().split():\n"
        "    for loaded in [m for m in sys.modules if m.partition('.')[0] == 'layerscope']: del sys.modules[loaded]\n"
        "    importlib.import_module(name)\n"
    )
    assert "layerscope.oci.digest" in MODULES
    result = run_python("-c", code, stdin="\n".join(MODULES))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_a_test_without_its_component_is_skipped_or_fails_where_that_is_asked(tmp_path, required, outcome):
    (tmp_path / "test_it.py").write_text(NEEDS_A_COMPONENT)
    result = run_python(
        *("-m", "pytest", "-rs", "-c", os.devnull, "--rootdir", str(tmp_path), "-p", "conftest", str(tmp_path)),
        PYTHONPATH=str(Path(__file__).parent),
        LAYERSCOPE_REQUIRE_REAL=required,
    )
    assert "needs no-such-command: not installed" in result.stdout
    assert outcome in result.stdout
