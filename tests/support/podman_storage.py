"""A new, empty storage for podman and buildah."""

import contextlib
import tempfile
from pathlib import Path


@contextlib.contextmanager
def podman_storage(monkeypatch):
    """Makes all programs use it; returns the directory. Its path is short: podman accepts at most 50 characters."""
    with tempfile.TemporaryDirectory(prefix="pm", dir="/tmp") as home:
        config = Path(home) / "storage.conf"
        config.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{home}/root"\nrunroot = "{home}/run"\n')
        monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(config))
        monkeypatch.setenv("BUILDAH_ISOLATION", "chroot")
        yield Path(home)
