"""The errors if a login is missing or refused."""

from layerscope.display import display
from layerscope.errors import Unauthorized
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.hosts.hosts import Endpoint
from layerscope.registry.http.problem import Problem


def refusal(problem: Problem, endpoint: Endpoint, login: str | None) -> Unauthorized:
    """The error if a registry refuses a request that was sent with `login`.

    An empty `login` is an anonymous token; None means that the request had no Authorization field.
    """
    host, repository = endpoint.domain, endpoint.repository
    what = f"`{display(repository)}`" if repository else "its list of repositories"
    if login:
        message = f"`{host}` refuses {login} for {what}"
    elif login is None:
        message = f"`{host}` requires a login"
    else:
        message = f"`{host}` refuses access to {what} without a login: it is private or does not exist"
    return Unauthorized(message + problem.reason, status=problem.status, hint=_login_hint(endpoint, login))


def token_refusal(server: str, status: int, endpoint: Endpoint, credential: Credential | None) -> Unauthorized:
    """The error if a token server issues no token."""
    if credential:
        message = f"the token server `{server}` refuses {credential.words} for `{endpoint.host}`"
    else:
        message = f"the token server `{server}` issues no token for `{endpoint.host}` without a login"
    return Unauthorized(f"{message} ({status})", status=status, hint=_login_hint(endpoint, credential))


def _login_hint(endpoint: Endpoint, refused: object) -> str:
    domain = endpoint.domain
    logins = f"`docker login {domain}` or `podman login {domain}`"
    if refused:
        return f"log in again with {logins}, or check the password and `--username`"
    return f"log in with {logins}, or add `--username` and `--password-stdin`"
