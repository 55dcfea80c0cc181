"""Images and damaged layers that may lie beside the repository; tests that read them are skipped where they are not."""

from pathlib import Path

_SHARED = Path(__file__).parents[2] / "shared"


def _directory(name: str) -> Path | None:
    path = _SHARED / name
    return path if path.is_dir() else None


CASES = _directory("cases")
CORPORA = _directory("corpora")
