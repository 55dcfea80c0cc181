import os
import sys

import pytest

from layerscope.errors import CredentialsError
from layerscope.registry.auth import helper
from layerscope.registry.auth.auth_file import AuthFile
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.auth.helper import ask_helper

CANARY = "canary-secret"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a credential helper, written in Python, on PATH."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def install(name, script, mode=0o755):
        path = tmp_path / f"docker-credential-{name}"
        path.write_text(f"#!{sys.executable} -S\nimport sys, time, os\n{script}\n")
        path.chmod(mode)
        return path

    return install


def prints(text):
    return f"print({text!r})"


def test_a_helper_is_asked_for_the_server(install):
    install("good", 'print(\'{"Username": "%s", "Secret": "%s"}\' % (sys.argv[1], sys.stdin.read()))')
    assert ask_helper("good", "host:5000") == Credential("get", "host:5000")


def test_a_helper_may_return_an_identity_token(install):
    install("token", prints('{"Username": "<token>", "Secret": "tok"}'))
    assert ask_helper("token", "host") == Credential(identity_token="tok")


def test_a_helper_without_a_login_for_the_server_is_no_error(install):
    install("empty", prints("credentials not found in native keychain") + "; sys.exit(1)")
    assert ask_helper("empty", "host") is None


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (f"print('{CANARY}', file=sys.stderr); sys.exit(2)", r"failed \(exit code 2\)"),
        (f"print('{CANARY}'); sys.exit(1)", r"failed \(exit code 1\)"),
        (prints(CANARY), "printed no login"),
        ("", "printed no login"),
        ("while True: os.write(1, b'x' * 65536)", "prints more than 65536 bytes"),
        ("os.kill(os.getpid(), 9)", "failed"),
    ],
    ids=["stderr", "stdout", "garbage", "nothing", "endless", "killed"],
)
def test_a_helper_that_fails_is_a_sentence_that_quotes_nothing(install, script, words):
    install("bad", script)
    with pytest.raises(CredentialsError, match=words) as error:
        ask_helper("bad", "host")
    assert CANARY not in f"{error.value} {error.value.hint} {error.value.__cause__}"


@pytest.mark.parametrize("script", ["time.sleep(600)", "os.close(1); time.sleep(600)", "os.fork() or time.sleep(600)"])
def test_a_helper_that_hangs_is_ended(install, monkeypatch, script):
    monkeypatch.setattr(helper, "TIMEOUT", 0.3)
    install("slow", script)
    with pytest.raises(CredentialsError, match=r"does not (answer|end) within 0.3 s"):
        ask_helper("slow", "host")


def test_a_helper_that_is_missing_or_cannot_be_executed_is_named(install):
    install("plain", "", mode=0o644)
    for name in ("missing", "plain"):
        with pytest.raises(CredentialsError, match=f"`docker-credential-{name}` is not installed"):
            ask_helper(name, "host")


@pytest.mark.parametrize("name", ["../../bin/sh", "x;id", "a b", "-v", "", "x\n", "$(id)"])
def test_a_name_that_could_be_anything_else_is_refused_before_anything_runs(monkeypatch, name):
    monkeypatch.setattr(helper, "_run", None)
    monkeypatch.setattr(helper.shutil, "which", None)
    with pytest.raises(CredentialsError, match="is not the name of a credential helper"):
        ask_helper(name, "host")


def login(name):
    return prints('{"Username": "%s", "Secret": "x"}' % name)  # noqa: UP031 - braces


def test_a_helper_for_the_host_comes_before_the_store_and_that_before_the_file(install):
    install("host", login("helper"))
    install("all", login("store"))
    auths = b'"auths": {"host": {"username": "file"}, "other": {"username": "file"}, "third": {"username": "file"}}'
    both = AuthFile.parse(b'{"credHelpers": {"host": "host"}, "credsStore": "all", %b}' % auths, "x")
    assert [both.find(host, "").username for host in ("host", "other")] == ["helper", "store"]
    assert AuthFile.parse(b"{%b}" % auths, "x").find("host", "").username == "file"


def test_a_login_in_the_file_counts_if_the_store_has_no_login(install):
    install("empty", prints("credentials not found in native keychain") + "; sys.exit(1)")
    file = AuthFile.parse(b'{"credsStore": "empty", "auths": {"host": {"username": "file"}}}', "x")
    assert file.find("host", "").username == "file"
