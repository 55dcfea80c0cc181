import base64
import json
import os

import pytest

from layerscope.registry.auth.auth_file import AuthFile
from layerscope.registry.auth.credentials import Credential
from layerscope.small_file import MAX_FILE_SIZE

CANARY = "canary-secret"


def encoded(text):
    return {"auth": base64.b64encode(text.encode()).decode()}


def parsed(**value):
    return AuthFile.parse(json.dumps(value).encode(), "`config.json`")


def found(auths, domain, repository="ns/repo"):
    credential = parsed(auths=auths).find(domain, repository)
    return credential and credential.username


def test_a_login_is_split_at_its_first_colon():
    file = parsed(auths={"host": encoded("alice:pä:ss:")})
    assert file.find("host", "") == Credential("alice", "pä:ss:")


@pytest.mark.parametrize(
    ("key", "domain"),
    [
        ("https://index.docker.io/v1/", "docker.io"),
        ("docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("https://host/v1/", "host"),
        ("host:5000", "host:5000"),
        ("host/ns/repo", "host"),
        ("host/ns", "host"),
    ],
)
def test_each_way_to_write_a_registry_is_found(key, domain):
    assert found({key: encoded("alice:x")}, domain) == "alice"


@pytest.mark.parametrize("domain", ["evil-host", "host.evil", "evil.host", "hos", "host:5000", "evil/host"])
def test_no_part_of_a_name_is_taken_for_it(domain):
    assert found({"host": encoded("alice:x")}, domain) is None


def test_the_most_specific_key_wins():
    auths = {"host": encoded("host:x"), "host/ns": encoded("ns:x"), "host/ns/repo": encoded("repo:x")}
    assert [found(auths, "host", name) for name in ("ns/repo", "ns/other", "else/where")] == ["repo", "ns", "host"]


def test_the_plain_spelling_of_a_key_wins():
    assert found({"https://host/v1/": encoded("old:x"), "host": encoded("new:x")}, "host") == "new"


@pytest.mark.parametrize(
    ("entry", "credential"),
    [
        ({**encoded("<token>:"), "identitytoken": "tok"}, Credential("<token>", "", "tok")),
        ({"registrytoken": "tok"}, Credential(registry_token="tok")),
        ({"username": "alice", "password": "x"}, Credential("alice", "x")),
        (encoded("alice:x\0\0"), Credential("alice", "x")),
        ({}, None),
        ({"auth": ""}, None),
    ],
)
def test_all_kinds_of_logins_are_read(entry, credential):
    assert parsed(auths={"host": entry}).find("host", "") == credential


@pytest.mark.parametrize(
    "entry", [{"auth": "%%%"}, {"auth": "YWxpY2U="}, {"auth": "//79"}, {"registrytoken": "a\nb: c"}, "text", None, [1]]
)
def test_a_login_that_is_not_valid_is_a_problem_and_the_others_count(entry):
    file = parsed(auths={"bad": entry, "host": encoded("alice:x")})
    assert file.problems == ("the login for `bad` in `config.json` is not used: it is not valid",)
    assert file.find("host", "").username == "alice"


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense " + CANARY.encode(), b'\xef\xbb\xbf{"auths": {}}', b"[]", b'{"auths": {' * 1000, b" " * (MAX_FILE_SIZE + 1)],
    ids=["empty", "no json", "bom", "no object", "deep", "big"],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_a_problem_that_quotes_nothing(tmp_path, content):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    file = AuthFile.read(path)
    assert file.problems[0].startswith(f"the logins in `{path}` are not used: ")
    assert CANARY not in file.problems[0]
    assert file.find("host", "") is None


def test_no_file_is_no_problem(tmp_path):
    assert AuthFile.read(tmp_path / "none") == AuthFile()
    (tmp_path / "file").write_bytes(b"")
    assert AuthFile.read(tmp_path / "file" / "config.json") == AuthFile()


def test_a_directory_and_a_pipe_are_problems(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        assert "not a regular file" in AuthFile.read(path).problems[0]


def test_a_file_that_the_system_does_not_let_read_is_a_problem(tmp_path):
    assert "name too long" in AuthFile.read(tmp_path / ("x" * 1000)).problems[0].lower()


@pytest.mark.parametrize("auths", [None, [], "x", 5])
def test_members_of_a_wrong_type_are_no_logins(auths):
    assert parsed(auths=auths, credHelpers=auths, credsStore=auths and 5).find("host", "") is None
