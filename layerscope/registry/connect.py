"""A client with the logins and registry settings of the container tools on this machine."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from layerscope.registry.auth.auth_file import AuthFile
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.auth.store import CredentialStore, auth_files
from layerscope.registry.client import RegistryClient
from layerscope.registry.hosts.host_config import ConfigDirectories, read_host_options
from layerscope.registry.hosts.hosts import Hosts
from layerscope.registry.hosts.trust import HostOptions
from layerscope.registry.http import events
from layerscope.registry.http.events import Notice


def connect(
    options: HostOptions | None = None,
    listener: events.Listener = events.ignore,
    given: Mapping[str, Credential] | None = None,
    *,
    read_only: bool = False,
    auth_file: Path | None = None,
) -> RegistryClient:
    """A client with these options; `given` has the logins of the command line, by domain.

    With `auth_file`, only the logins in this file are used.

    `listener` gets a notice for each setting that cannot be used. It may be called from any thread.
    """
    merged = read_host_options(
        ConfigDirectories.of_environment(), lambda problem: listener(Notice(problem)), options or HostOptions()
    )
    files = (partial(AuthFile.read, auth_file),) if auth_file else auth_files()
    return RegistryClient(Hosts(merged), CredentialStore(files, listener, given), listener, read_only=read_only)
