"""The start of the program."""

import subprocess
import sys

from layerscope import __version__
from support.images import build_image
from support.local_images import layout_files, named, write_directory


def test_an_interrupt_while_the_program_loads_is_one_line():
    script = """
import builtins, sys
from layerscope.cli.entry import run
load = builtins.__import__
def interrupted(name, *rest):
    if name == "click":
        raise KeyboardInterrupt
    return load(name, *rest)
builtins.__import__ = interrupted
run()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "error: interrupted\n")


def loaded_by(*arguments):
    """The modules that are loaded after a run of the whole program, which has to succeed."""
    script = f"""
import atexit, sys
sys.argv[1:] = {list(arguments)!r}
atexit.register(lambda: sys.stderr.write(" ".join(sys.modules)))
from layerscope.cli.entry import run
run()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stderr.split()), done.stdout


def test_the_version_needs_no_command_line():
    loaded, printed = loaded_by("--version")
    assert printed == f"layerscope {__version__}\n"
    assert "click" not in loaded
    assert len({name for name in loaded if name.startswith("layerscope")}) < 10


def test_a_list_of_files_needs_nothing_that_only_other_commands_use(tmp_path):
    image = build_image([[("f", b"1")]])
    write_directory(tmp_path / "image", layout_files([named(image, "latest")], image))
    loaded, printed = loaded_by("ls", f"oci:{tmp_path / 'image'}")
    assert printed == "f\n"
    assert "numpy" in loaded
    slow = {"textual", "rich", "httpx", "http.client", "yaml", "pygments", "indexed_gzip", "sqlite3"}
    assert not loaded & (slow | {"layerscope.filesystem.ownership", "layerscope.packages.managers"})


def test_a_list_of_files_of_a_cached_image_needs_nothing_that_reads_layers(fake_registry):
    fake_registry.serve(build_image([[("f", b"1")]]))
    loaded_by("ls", str(fake_registry.reference()))
    loaded, printed = loaded_by("ls", str(fake_registry.reference()))
    assert printed == "f\n"
    assert not loaded & {"rich", "anyio", "trio", "layerscope.layers.reader", "layerscope.content.verification"}
    assert len({name for name in loaded if name.startswith("layerscope")}) < 145


def test_the_explorer_starts_without_numpy_and_what_reads_layers():
    script = """
import sys
import layerscope.cli.exploring, layerscope.cli.base_image, layerscope.settings.recent
import layerscope.tui.app, layerscope.tui.opener, layerscope.tui.screens.tastes
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "layerscope.tui.app" in loaded
    assert not loaded & {"numpy", "httpx", "pygments", "layerscope.layers.reader"}


def test_the_help_needs_nothing_that_opens_images():
    loaded, _ = loaded_by("--help")
    assert not {
        name for name in loaded if name.startswith(("layerscope.sources.", "layerscope.oci.", "layerscope.blobs."))
    }
