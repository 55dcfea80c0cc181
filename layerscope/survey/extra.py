"""The libraries of the extra `survey`, which are imported late: a user of other commands does not need them."""

from collections.abc import Iterator
from contextlib import contextmanager

from layerscope.errors import UsageError, install_hint


@contextmanager
def needed(library: str, extra: str = "survey") -> Iterator[None]:
    """Translate the error of a missing library; raises `UsageError`."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(f"this command needs the library {library}", hint=install_hint(extra)) from error
