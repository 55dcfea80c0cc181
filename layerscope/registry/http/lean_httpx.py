"""`httpx` without what a program of our kind never uses: its own command line, and support for coroutines.

httpx and httpcore import these only if they can. They take half of the time of the import.
"""

import sys
from importlib import import_module

_UNUSED = ("httpx._main", "anyio", "trio")

_hidden = {name: None for name in _UNUSED if name not in sys.modules}
sys.modules.update(_hidden)  # type: ignore[arg-type] # None means that the module cannot be imported
try:
    import_module("httpcore")  # httpx loads it later
    import httpx
finally:
    for _name in _hidden:
        del sys.modules[_name]

__all__ = ["httpx"]
