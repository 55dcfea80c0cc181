import base64
import json
from urllib.parse import parse_qs

import pytest

from layerscope.errors import RegistryError, Unauthorized
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import Call, RegistryClient
from support.fake_registry import FakeRegistry, Reply

PASSWORD = "canary:pässword"
SCOPE = "repository:app:pull"


class Keeper:
    """One credential for every registry, and the requests for it."""

    def __init__(self, credential):
        self.credential = credential
        self.asked = []

    def find(self, domain, repository):
        self.asked.append((domain, repository))
        return self.credential


@pytest.fixture
def token_server():
    with FakeRegistry() as server:
        yield server


@pytest.fixture
def login():
    with RegistryClient(credentials=Keeper(Credential("alice", PASSWORD))) as client:
        yield client


def ask(client, registry, repository="app"):
    with client.send(Call("GET", registry.host, repository, "x")) as answer:
        return answer.status


def sent(registry):
    return [request.headers.get("authorization") for request in registry.requests]


def guarded(registry, challenge, *allowed):
    """The registry answers 401 with this challenge unless the Authorization field is allowed."""

    def reply(request):
        if request.headers.get("authorization") in allowed:
            return Reply()
        return Reply(401, headers={"WWW-Authenticate": challenge})

    registry.on("GET", "/v2/app/x", reply)


def bearer(server, **parameters):
    values = {"realm": f"{server.url}/token", "service": "reg.example", "scope": SCOPE, **parameters}
    return "Bearer " + ",".join(f'{name}="{text}"' for name, text in values.items())


def gives(server, *tokens, key="token", **more):
    server.on("GET", "/token", *(Reply(body=json.dumps({key: token, **more}).encode()) for token in tokens))


def test_a_registry_that_asks_for_nothing_gets_nothing(fake_registry, login):
    fake_registry.on("GET", "/v2/app/x", Reply())
    assert ask(login, fake_registry) == 200
    assert sent(fake_registry) == [None]


def test_basic_is_answered_once_and_remembered(fake_registry, login):
    basic = "Basic " + base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    guarded(fake_registry, 'Basic realm="x"', basic)
    assert [ask(login, fake_registry) for _ in range(2)] == [200, 200]
    assert sent(fake_registry) == [None, basic, basic]


def test_credentials_that_are_refused_are_sent_once(fake_registry, login):
    guarded(fake_registry, 'Basic realm="x"')
    with pytest.raises(Unauthorized, match="refuses the credentials of `alice`") as error:
        ask(login, fake_registry)
    assert len(fake_registry.requests) == 2
    assert PASSWORD not in repr(error.value)


@pytest.mark.parametrize("challenge", ['Basic realm="x"', "Negotiate", ""])
def test_without_credentials_a_login_is_asked_for(fake_registry, client, challenge):
    guarded(fake_registry, challenge)
    with pytest.raises(Unauthorized, match=f"`{fake_registry.host}` requires a login") as error:
        ask(client, fake_registry)
    assert f"docker login {fake_registry.host}" in error.value.hint
    assert len(fake_registry.requests) == 1


def test_a_token_is_got_for_nobody_and_used(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server, scope=f"{SCOPE} repository:other:pull"), "Bearer tok")
    gives(token_server, "tok")
    assert ask(client, fake_registry) == 200
    assert token_server.requests[0].query == (
        "service=reg.example&scope=repository%3Aapp%3Apull&scope=repository%3Aother%3Apull"
    )
    assert sent(token_server) == [None]


def test_a_token_is_used_until_it_runs_out(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    gives(token_server, "tok")
    assert [ask(client, fake_registry) for _ in range(3)] == [200] * 3
    assert sent(fake_registry) == [None, "Bearer tok", "Bearer tok", "Bearer tok"]
    assert len(token_server.requests) == 1


def test_a_realm_with_a_query_keeps_it(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server, realm=f"{token_server.url}/token?account=x"), "Bearer tok")
    gives(token_server, "tok")
    ask(client, fake_registry)
    assert token_server.requests[0].query.startswith("account=x&service=")


def test_the_other_name_of_a_token_works(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    gives(token_server, "tok", key="access_token")
    assert ask(client, fake_registry) == 200


def test_a_lifetime_that_is_too_large_counts_as_a_day(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    gives(token_server, "tok", expires_in=10**400)
    assert ask(client, fake_registry) == 200


def test_a_token_that_ran_out_is_replaced_silently(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server), "Bearer one")
    gives(token_server, "one", "two")
    ask(client, fake_registry)
    guarded(fake_registry, bearer(token_server), "Bearer two")
    assert ask(client, fake_registry) == 200
    assert sent(fake_registry)[-2:] == ["Bearer one", "Bearer two"]


def test_a_token_that_is_refused_at_once_is_not_asked_for_again(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server))
    gives(token_server, "one", "two", "three")
    with pytest.raises(Unauthorized, match="private or does not exist"):
        ask(client, fake_registry)
    assert sent(fake_registry) == [None, "Bearer one"]


def test_a_scope_that_is_missing_is_added_in_front(fake_registry, token_server, client):
    more = bearer(token_server, error="insufficient_scope", scope="registry:catalog:*")

    def reply(request):
        field = request.headers.get("authorization")
        if field == "Bearer two":
            return Reply()
        return Reply(401, headers={"WWW-Authenticate": bearer(token_server) if field is None else more})

    fake_registry.on("GET", "/v2/app/x", reply)
    gives(token_server, "one", "two")
    assert ask(client, fake_registry) == 200
    assert token_server.requests[1].query == (
        "service=reg.example&scope=registry%3Acatalog%3A%2A&scope=repository%3Aapp%3Apull"
    )


def test_scopes_that_grow_without_end_are_given_up(fake_registry, token_server, client):
    count = iter(range(1000))
    fake_registry.on(
        "GET",
        "/v2/app/x",
        lambda _: Reply(401, headers={"WWW-Authenticate": bearer(token_server, scope=f"x:{next(count)}:y")}),
    )
    token_server.on("GET", "/token", lambda _: Reply(body=b'{"token": "t%d"}' % next(count)))
    with pytest.raises(Unauthorized):
        ask(client, fake_registry)
    assert len(fake_registry.requests) == 3


def test_bearer_is_chosen_of_two_challenges(fake_registry, token_server, login):
    guarded(fake_registry, f'Basic realm="a", {bearer(token_server)}', "Bearer tok")
    gives(token_server, "tok")
    assert ask(login, fake_registry) == 200


def test_the_password_goes_to_the_token_server_only(fake_registry, token_server, login):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    gives(token_server, "tok")
    ask(login, fake_registry)
    encoded = sent(token_server)[0].removeprefix("Basic ")
    assert base64.b64decode(encoded).decode() == f"alice:{PASSWORD}"
    assert sent(fake_registry) == [None, "Bearer tok"]


@pytest.mark.parametrize(
    "realm", ["", "not a url", "ftp://auth.example/", "https://169.254.169.254/", "https://127.0.0.1/"]
)
def test_a_bad_realm_is_named_and_nobody_is_asked(fake_registry, login, realm):
    guarded(fake_registry, f'Bearer realm="{realm}",service="s"')
    with pytest.raises(RegistryError, match="token server") as error:
        ask(login, fake_registry)
    assert realm in error.value.message
    assert len(fake_registry.requests) == 1


def test_a_token_server_may_not_redirect_to_a_private_address(fake_registry, token_server, login):
    guarded(fake_registry, bearer(token_server))
    token_server.on("GET", "/token", Reply(307, headers={"Location": "http://169.254.169.254/token"}))
    with pytest.raises(RegistryError, match=r"169\.254\.169\.254"):
        ask(login, fake_registry)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_token_server_that_redirects_to_another_server_is_not_followed(fake_registry, token_server, client, status):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    told = f"the token server `{token_server.host}` redirects to another server, which is refused: "
    with FakeRegistry() as other:
        gives(other, "tok")
        token_server.on("GET", "/token", Reply(status, headers={"Location": f"{other.url}/token?sig=canary"}))
        with pytest.raises(RegistryError) as error:
            ask(client, fake_registry)
        assert error.value.message == f"{told}`{other.url}`"
        assert other.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_identity_token_is_never_redirected(fake_registry, token_server, status):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    token_server.on("POST", "/token", Reply(status, headers={"Location": "/moved"}))
    with (
        identity() as client,
        pytest.raises(RegistryError, match=rf"refuses the request: cannot get a token for .* \({status}\)"),
    ):
        ask(client, fake_registry)
    assert [request.path for request in token_server.requests] == ["/token"]


def test_a_redirect_within_the_token_server_is_followed_with_the_login(fake_registry, token_server, login):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    token_server.on("GET", "/token", Reply(307, headers={"Location": "/moved"}))
    token_server.on("GET", "/moved", Reply(body=b'{"token": "tok"}'))
    assert ask(login, fake_registry) == 200
    assert sent(token_server) == [Credential("alice", PASSWORD).basic] * 2


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b'{"errors": [{"code": "DENIED"}]}', b'{"token": ""}', b'{"token": 5}', b'{"token": "a\\nb: c"}',
     b'{"token": null}', b"[]", b'{"token": "\xff"}'],
)  # fmt: skip
def test_an_answer_without_a_token_is_one_sentence(fake_registry, token_server, client, body):
    guarded(fake_registry, bearer(token_server))
    token_server.on("GET", "/token", Reply(body=body))
    with pytest.raises(RegistryError, match=f"the answer of `{token_server.host}` has no token"):
        ask(client, fake_registry)


def test_an_endless_answer_is_read_up_to_1_mib(fake_registry, token_server, client):
    guarded(fake_registry, bearer(token_server))
    token_server.on("GET", "/token", Reply(chunks=iter([b" " * 65536] * 1000)))
    with pytest.raises(RegistryError, match="larger than 1,048,576 bytes"):
        ask(client, fake_registry)


def test_a_token_server_that_refuses_is_named(fake_registry, token_server, login):
    guarded(fake_registry, bearer(token_server))
    token_server.on("GET", "/token", Reply(401, b'{"details": "canary"}'))
    message = f"`{token_server.host}` refuses the credentials of `alice` for `{fake_registry.host}`"
    with pytest.raises(Unauthorized, match=message) as error:
        ask(login, fake_registry)
    assert f"docker login {fake_registry.host}" in error.value.hint


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_token_server_without_anonymous_tokens_asks_for_a_login(fake_registry, token_server, client, status):
    guarded(fake_registry, bearer(token_server))
    token_server.on("GET", "/token", Reply(status))
    message = f"`{token_server.host}` issues no token for `{fake_registry.host}` without a login"
    with pytest.raises(Unauthorized, match=message) as error:
        ask(client, fake_registry)
    assert f"docker login {fake_registry.host}" in error.value.hint


def test_a_401_of_another_host_is_not_answered_with_credentials(fake_registry, token_server, login):
    """After a redirect, an answer comes from the storage and not from the registry."""
    fake_registry.on("GET", "/v2/app/x", Reply(307, headers={"Location": token_server.url + "/blob"}))
    token_server.on("GET", "/blob", Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}))
    with pytest.raises(Unauthorized):
        ask(login, fake_registry)
    assert sent(token_server) == [None]


def test_tokens_of_one_repository_are_not_used_for_another(fake_registry, token_server, client):
    for name in ("app", "other"):
        fake_registry.on(
            "GET", f"/v2/{name}/x",
            lambda request: Reply(200 if request.headers.get("authorization") else 401, headers={"WWW-Authenticate": bearer(token_server)}),
        )  # fmt: skip
    gives(token_server, "one", "two")
    ask(client, fake_registry)
    ask(client, fake_registry, "other")
    assert sent(fake_registry) == [None, "Bearer one", "Bearer two"]


def test_credentials_are_asked_for_by_registry_and_repository(fake_registry):
    keeper = Keeper(None)
    guarded(fake_registry, 'Basic realm="x"')
    with RegistryClient(credentials=keeper) as client, pytest.raises(Unauthorized):
        ask(client, fake_registry)
    assert set(keeper.asked) == {(fake_registry.host, "app")}


def test_a_registry_token_is_sent_unchanged(fake_registry):
    guarded(fake_registry, 'Bearer realm="https://auth.example/",service="s"', "Bearer ready")
    with RegistryClient(credentials=Keeper(Credential(registry_token="ready"))) as client:
        assert ask(client, fake_registry) == 200


def test_a_registry_token_that_is_refused_is_named_as_what_it_is(fake_registry):
    guarded(fake_registry, 'Bearer realm="https://auth.example/",service="s"')
    login = Keeper(Credential(registry_token="canary"))
    with RegistryClient(credentials=login) as client, pytest.raises(Unauthorized) as error:
        ask(client, fake_registry)
    assert error.value.message == f"`{fake_registry.host}` refuses the registry token for `app` (401)"


def test_an_identity_token_whose_access_token_is_refused_is_named(fake_registry, token_server):
    guarded(fake_registry, bearer(token_server))
    token_server.on("POST", "/token", Reply(body=b'{"access_token": "tok"}'))
    with identity() as client, pytest.raises(Unauthorized, match="refuses the identity token for `app`"):
        ask(client, fake_registry)


def test_a_401_that_offers_no_way_to_log_in_is_the_answer(fake_registry, login):
    fake_registry.on("GET", "/v2/app/x", Reply(401))
    assert ask(login, fake_registry) == 401


def test_secrets_are_not_in_a_repr():
    assert "canary" not in repr(Credential("alice", "canary", "canary", "canary"))


def identity(username="", password="pass"):
    return RegistryClient(credentials=Keeper(Credential(username, password if username else "", "canary-refresh")))


def test_an_identity_token_is_exchanged(fake_registry, token_server):
    guarded(fake_registry, bearer(token_server, scope=f"{SCOPE} x:y:z"), "Bearer tok")
    token_server.on("POST", "/token", Reply(body=b'{"access_token": "tok"}'))
    with identity() as client:
        assert ask(client, fake_registry) == 200
    form = parse_qs(token_server.requests[0].body.decode())
    assert form == {
        "grant_type": ["refresh_token"], "service": ["reg.example"], "client_id": ["layerscope"],
        "scope": [f"{SCOPE} x:y:z"], "refresh_token": ["canary-refresh"],
    }  # fmt: skip
    assert "canary" not in token_server.requests[0].path


@pytest.mark.parametrize(
    ("status", "username", "falls_back"),
    [(404, "", True), (405, "", True), (404, "alice", True), (400, "alice", True), (401, "alice", True),
     (400, "", False), (401, "", False)],
)  # fmt: skip
def test_the_older_method_is_tried_if_it_can_work(fake_registry, token_server, status, username, falls_back):
    guarded(fake_registry, bearer(token_server), "Bearer tok")
    token_server.on("POST", "/token", Reply(status))
    gives(token_server, "tok")
    with identity(username) as client:
        if falls_back:
            assert ask(client, fake_registry) == 200
        else:
            with pytest.raises(Unauthorized, match="refuses the "):
                ask(client, fake_registry)
    assert len(token_server.paths("GET")) == falls_back
    assert "canary" not in "".join(token_server.paths())


def test_a_token_server_that_is_busy_is_not_sent_the_identity_token_again(fake_registry, token_server):
    guarded(fake_registry, bearer(token_server))
    token_server.on("POST", "/token", Reply(503))
    with identity() as client, pytest.raises(RegistryError, match="503"):
        ask(client, fake_registry)
    assert len(token_server.requests) == 1
