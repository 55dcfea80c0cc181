"""A token server that `docker-registry` trusts: JSON Web Tokens signed with openssl (distribution, "auth/token")."""

import base64
import json
import subprocess
import time
from urllib.parse import parse_qs

from support.certificates import openssl
from support.fake_registry import FakeRegistry, Reply

ISSUER, SERVICE = "issuer of the tests", "registry of the tests"


class TokenServer(FakeRegistry):
    """Issues the requested tokens to `users` (Authorization fields), or to everybody if `users` is None."""

    def __init__(self, directory, users=None):
        super().__init__()
        self.users = users
        self.lifetime = 300
        self._key, self.certificate = directory / "token.key", directory / "token.crt"
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=tokens"),
            *("-keyout", self._key, "-out", self.certificate),
        )
        self.on("GET", "/token", self._reply)
        self.on("GET", "/moved", self._reply)

    @property
    def settings(self):
        """The settings of a `docker-registry` that uses this server."""
        return {
            "token": {
                "realm": f"{self.url}/token",
                "service": SERVICE,
                "issuer": ISSUER,
                "rootcertbundle": str(self.certificate),
            }
        }

    def move(self, location):
        """Redirect who asks for a token; `/moved` of this server gives tokens too."""
        self.on("GET", "/token", lambda request: Reply(307, headers={"Location": f"{location}?{request.query}"}))

    def _reply(self, request):
        if self.users is not None and request.headers.get("authorization") not in self.users:
            return Reply(401)
        scopes = [scope for value in parse_qs(request.query).get("scope", []) for scope in value.split()]
        token = self._token([self._access(scope) for scope in scopes])
        return Reply(body=json.dumps({"token": token, "expires_in": self.lifetime}).encode())

    def _access(self, scope):
        kind, name, actions = scope.split(":")
        return {"type": kind, "name": name, "actions": actions.split(",")}

    def _token(self, access):
        der = "".join(self.certificate.read_text().splitlines()[1:-1])
        now = int(time.time())
        header = {"typ": "JWT", "alg": "RS256", "x5c": [der]}
        claims = {"iss": ISSUER, "sub": "", "aud": SERVICE, "exp": now + self.lifetime, "nbf": now - 60, "iat": now}
        signed = f"{_encoded(header)}.{_encoded({**claims, 'jti': str(now), 'access': access})}"
        command = ["openssl", "dgst", "-sha256", "-sign", str(self._key)]
        signature = subprocess.run(command, input=signed.encode(), capture_output=True, check=True).stdout
        return f"{signed}.{_base64(signature)}"


def _encoded(value):
    return _base64(json.dumps(value).encode())


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
