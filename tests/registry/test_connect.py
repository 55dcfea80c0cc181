import json

from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import Call
from layerscope.registry.connect import connect
from layerscope.registry.http.events import Notice
from support.fake_registry import Reply


def basic_auth(registry):
    def reply(request):
        if request.headers.get("authorization") in (Credential("alice", "x").basic, Credential("bob", "y").basic):
            return Reply()
        return Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'})

    registry.on("GET", "/v2/", reply)


def ask(client, registry):
    with client, client.send(Call("GET", registry.host, "", "")) as answer:
        assert answer.status == 200
    return registry.requests[-1].headers["authorization"]


def test_the_users_logins_are_used(fake_registry, tmp_path, monkeypatch):
    basic_auth(fake_registry)
    login = {"auths": {fake_registry.host: {"username": "alice", "password": "x"}}}
    (tmp_path / "config.json").write_text(json.dumps(login))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert ask(connect(), fake_registry) == Credential("alice", "x").basic


def test_a_login_of_the_command_line_comes_first(fake_registry):
    basic_auth(fake_registry)
    given = {fake_registry.host: Credential("bob", "y")}
    assert ask(connect(given=given), fake_registry) == Credential("bob", "y").basic


def test_unusable_settings_are_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/daemon.json").write_text("nonsense")
    events = []
    connect(listener=events.append).close()
    assert events == [Notice(f"`{tmp_path}/docker/daemon.json` is not used: it is not valid")]
