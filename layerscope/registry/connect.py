"""A client with the logins and registry settings of the container tools on this machine."""

from collections.abc import Mapping

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
) -> RegistryClient:
    """A client with these options; `given` has the logins of the command line, by domain.

    `listener` gets a notice for each setting that cannot be used. It may be called from any thread.
    """
    merged = read_host_options(
        ConfigDirectories.of_environment(), lambda problem: listener(Notice(problem)), options or HostOptions()
    )
    return RegistryClient(Hosts(merged), CredentialStore(auth_files(), listener, given), listener, read_only=read_only)
