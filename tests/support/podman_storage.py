"""A storage for podman and buildah that is the test's own, and empty."""

import contextlib
import tempfile
from pathlib import Path


@contextlib.contextmanager
def podman_storage(monkeypatch):
    """Makes all programs use it; gives the directory, whose path is short: podman takes no more than 50 characters."""
    with tempfile.TemporaryDirectory(prefix="pm", dir="/tmp") as home:
        config = Path(home) / "storage.conf"
        config.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{home}/root"\nrunroot = "{home}/run"\n')
        monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(config))
        monkeypatch.setenv("BUILDAH_ISOLATION", "chroot")
        yield Path(home)
