"""The sentences for a login that is missing or refused: what no credential at hand turns into something better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import Unauthorized

if TYPE_CHECKING:
    from layerscope.registry.auth.authorizer import Access, Grant
    from layerscope.registry.auth.credentials import Credential
    from layerscope.registry.hosts.hosts import Endpoint
    from layerscope.registry.http.problem import Problem


def refusal(problem: Problem, access: Access, grant: Grant | None) -> Unauthorized:
    """A registry's, by what was tried: nothing, a credential, or a token for nobody."""
    host, repository = access.endpoint.domain, access.endpoint.repository
    what = f"`{display(repository)}`" if repository else "its list of repositories"
    if grant and grant.login:
        message = f"`{host}` refuses {grant.login} for {what}"
    elif grant:
        message = f"`{host}` does not show {what} without a login: it is private, or not there"
    else:
        message = f"login required for `{host}`"
    return Unauthorized(message + problem.said, status=problem.status, hint=_way_in(access.endpoint))


def token_refusal(server: str, status: int, endpoint: Endpoint, credential: Credential | None) -> Unauthorized:
    """A token server's, by whether it was shown a credential."""
    if credential:
        message = f"the token server `{server}` refuses the login to `{endpoint.host}`: {credential.words}"
    else:
        message = f"the token server `{server}` gives no token for `{endpoint.host}` without a login"
    return Unauthorized(f"{message} ({status})", status=status, hint=_way_in(endpoint))


def _way_in(endpoint: Endpoint) -> str:
    domain = endpoint.domain
    return f"log in with `docker login {domain}` or `podman login {domain}`, or give `--username`"
