import json

import pytest

from layerscope.errors import CredentialsError
from layerscope.registry.auth.auth_file import AuthFile
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.auth.store import CredentialStore, auth_files
from layerscope.registry.http.events import Notice, ignore


def write(path, username, host="host"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"auths": {host: {"username": username, "password": "x"}}}))


def username(environ, domain="host"):
    found = CredentialStore(auth_files(environ), ignore).find(domain, "repo")
    return found and found.username


def test_each_place_counts_before_the_next(tmp_path):
    environ = {"HOME": str(tmp_path)}
    assert username(environ) is None
    write(tmp_path / ".config/containers/auth.json", "config")
    assert username(environ) == "config"
    write(tmp_path / "run/containers/auth.json", "run")
    environ["XDG_RUNTIME_DIR"] = str(tmp_path / "run")
    assert username(environ) == "run"
    write(tmp_path / ".docker/config.json", "docker")
    assert username(environ) == "docker"
    write(tmp_path / "elsewhere/config.json", "docker_config")
    environ["DOCKER_CONFIG"] = str(tmp_path / "elsewhere")
    assert username(environ) == "docker_config"
    write(tmp_path / "auth.json", "registry_auth_file")
    environ["REGISTRY_AUTH_FILE"] = str(tmp_path / "auth.json")
    assert username(environ) == "registry_auth_file"
    environ["DOCKER_AUTH_CONFIG"] = '{"auths": {"host": {"username": "docker_auth_config"}}}'
    assert username(environ) == "docker_auth_config"


def test_xdg_config_home_is_honoured(tmp_path):
    write(tmp_path / "conf/containers/auth.json", "xdg")
    assert username({"HOME": "/nowhere", "XDG_CONFIG_HOME": str(tmp_path / "conf")}) == "xdg"


def test_a_place_without_a_login_for_the_registry_leaves_it_to_the_next(tmp_path):
    write(tmp_path / ".docker/config.json", "docker", "other")
    write(tmp_path / ".config/containers/auth.json", "config")
    assert username({"HOME": str(tmp_path)}) == "config"


def test_nothing_is_read_before_a_login_is_wanted():
    read = []
    store = CredentialStore((lambda: read.append(1) or AuthFile(),), ignore)
    assert read == []
    store.find("a", "x")
    store.find("b", "y")
    assert read == [1]


def test_a_fault_is_reported_once_and_the_rest_counts():
    events = []
    good = AuthFile(logins={"host": Credential("alice")})
    store = CredentialStore((lambda: AuthFile(problems=("broken",)), lambda: good), events.append)
    assert [store.find("host", name).username for name in ("a", "b")] == ["alice", "alice"]
    assert events == [Notice("broken")]


def test_a_login_of_the_command_line_is_for_its_registry_only():
    store = CredentialStore((), ignore, {"host": Credential("alice", "canary")})
    assert store.find("host", "a").username == "alice"
    assert store.find("other", "a") is None
    assert store.find("evil.host", "a") is None


def test_a_helper_is_asked_once_for_a_repository():
    asked = []

    class Counting:
        problems = ()

        def find(self, domain, repository):
            asked.append((domain, repository))

    store = CredentialStore((Counting,), ignore)
    for _ in range(3):
        store.find("host", "repo")
    assert asked == [("host", "repo")]


def test_a_failing_helper_is_reported_to_whoever_wants_the_login():
    store = CredentialStore((lambda: AuthFile(store="x;id"),), ignore)
    with pytest.raises(CredentialsError):
        store.find("host", "repo")


def test_the_origin_of_a_login_is_logged_and_never_the_secret(tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO")
    helper = tmp_path / "docker-credential-vault"
    helper.write_text('#!/bin/sh\necho \'{"Username": "u", "Secret": "canary"}\'\n')
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    config = tmp_path / ".docker" / "config.json"
    config.parent.mkdir()
    auths = {"filed": {"username": "u", "password": "canary"}}
    config.write_text(json.dumps({"auths": auths, "credHelpers": {"helped": "vault"}}))
    store = CredentialStore(auth_files({"HOME": str(tmp_path)}), ignore, {"given": Credential("u", "canary")})
    for domain in ("given", "filed", "helped", "other"):
        store.find(domain, "app")
    assert caplog.messages == [
        "the login for `given` comes from the command line",
        f"the login for `filed` comes from `{config}`",
        f"the login for `helped` comes from `docker-credential-vault`, which `{config}` names",
        "there is no login for `other`",
    ]
