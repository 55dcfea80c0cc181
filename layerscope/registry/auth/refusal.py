"""The sentence for a 401 that no credential at hand turns into something better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.display import display
from layerscope.errors import Unauthorized

if TYPE_CHECKING:
    from layerscope.registry.auth.authorizer import Access, Grant
    from layerscope.registry.problem import Problem


def refusal(problem: Problem, access: Access, grant: Grant | None) -> Unauthorized:
    """What to tell the user, by what was tried: nothing, a name and password, or a token for nobody."""
    host, repository = access.endpoint.domain, access.endpoint.repository
    what = f"`{display(repository)}`" if repository else "this"
    login = f"log in with `docker login {host}` or `podman login {host}`, or give `--username`"
    if grant and grant.username:
        message = f"`{host}` refuses the credentials of `{display(grant.username, limit=60)}` for {what}"
        return Unauthorized(message + problem.said, status=problem.status, hint=login)
    if grant:
        message = f"`{host}` does not show {what} without a login: it is private, or not there"
        return Unauthorized(message + problem.said, status=problem.status, hint=login)
    return Unauthorized(f"login required for `{host}`" + problem.said, status=problem.status, hint=login)
