import json

import pytest

from layerscope.insight.audit import Kind, Severity, find_risks
from layerscope.insight.gate import judge
from layerscope.insight.rules import Limits, Verdict
from layerscope.report.audit import risk_lines, risk_rows
from layerscope.report.sarif import sarif
from support.analysis import facts_of
from support.layer_indexes import directory, file, symlink, whiteout
from support.package_files import dpkg_files

CANARY = "tr0ub4dor-and-3"
ENV = f"/bin/sh -c #(nop) ENV DB_PASSWORD={CANARY}"
ARG = f"|1 NPM_TOKEN={CANARY} /bin/sh -c npm install --password={CANARY}"


def places(risks, kind):
    return {
        (risk.path or risk.place.encode()).decode(): (risk.layer, risk.killer) for risk in risks if risk.kind == kind
    }


def image_with_secrets():
    return facts_of(
        [file("app/.env", f"A=1\nDB_PASSWORD={CANARY}\n".encode()), file("root/.npmrc", b"registry=x")],
        [whiteout("app/.env"), file("etc/ssl/x.key", b"-----BEGIN RSA PRIVATE KEY-----\n" + CANARY.encode())],
        commands=[ARG, "COPY"],
        config={"User": "1000", "Env": ["PATH=/bin", f"DB_PASSWORD={CANARY}"], "Labels": {"token": CANARY}},
    )


def test_secrets_are_found_in_live_and_deleted_files_and_in_the_config():
    risks = find_risks(image_with_secrets())
    assert places(risks, Kind.SECRET) == {
        "app/.env": (0, 1),
        "etc/ssl/x.key": (1, None),
        "ENV DB_PASSWORD": (None, None),
        "LABEL token": (None, None),
        "ARG NPM_TOKEN": (0, None),
    }
    assert {risk.line for risk in risks if risk.path == b"app/.env"} == {2}
    assert places(risks, Kind.CREDENTIALS_FILE) == {"root/.npmrc": (0, None)}


def test_no_output_has_the_value_of_a_secret():
    analysis = image_with_secrets()
    rows = risk_rows(analysis, find_risks(analysis))
    findings = judge(analysis, Limits(forbidden_risks=("*",)))
    texts = [json.dumps(rows), *risk_lines(rows), *risk_lines(rows, 200), sarif(analysis, rows), repr(findings)]
    assert not any(CANARY in text for text in texts)


def test_the_step_that_sets_a_variable_with_a_secret_is_one_risk_with_the_variable():
    analysis = facts_of([file("a", b"1")], commands=[ENV], config={"User": "app", "Env": [f"DB_PASSWORD={CANARY}"]})
    assert places(find_risks(analysis), Kind.SECRET) == {"ENV DB_PASSWORD": (0, None)}


def test_rights_are_risks_unless_a_package_brings_them_and_then_they_are_less_severe():
    analysis = facts_of(
        [
            file("bin/su", b"s", mode=0o4755),
            *dpkg_files(("login", "1", ["/bin/su"])),
            file("bin/own", b"o", mode=0o4755),
            file("bin/wall", b"w", mode=0o2755),
            file("bin/ping", b"p", xattrs={"security.capability": b"\1"}),
            file("srv/open", b"x", mode=0o666),
            directory("tmp", mode=0o1777),
            directory("srv/all", mode=0o777),
        ],
        config={"User": "app"},
    )
    risks = find_risks(analysis)
    assert {(risk.kind, risk.path.decode(), risk.severity) for risk in risks} == {
        (Kind.SETUID, "bin/su", Severity.LOW),
        (Kind.SETUID, "bin/own", Severity.MEDIUM),
        (Kind.SETGID, "bin/wall", Severity.MEDIUM),
        (Kind.CAPABILITIES, "bin/ping", Severity.MEDIUM),
        (Kind.WORLD_WRITABLE, "srv/open", Severity.MEDIUM),
        (Kind.WORLD_WRITABLE, "srv/all", Severity.MEDIUM),
    }


@pytest.mark.parametrize(("user", "is_root"), [("", True), ("0:0", True), ("root", True), ("1000", False)])
def test_root_as_the_user_is_a_risk(user, is_root):
    risks = find_risks(facts_of([file("a", b"1")], config={"User": user}))
    assert [risk.kind for risk in risks] == [Kind.ROOT_USER] * is_root


def test_a_symlink_to_nothing_is_broken_unless_it_leads_to_what_only_a_running_container_has():
    analysis = facts_of(
        [symlink("a", "missing"), symlink("b", "/bin/x"), file("bin/x", b"1"), symlink("c", "/proc/mounts")],
        config={"User": "app"},
    )
    assert places(find_risks(analysis), Kind.BROKEN_SYMLINK) == {"a": (0, None)}


@pytest.mark.parametrize(
    ("globs", "verdict"),
    [
        (("secret",), "FAIL"),
        (("high",), "FAIL"),
        (("Password or Key",), "FAIL"),
        (("PASSWORD*",), "FAIL"),
        (("private key",), "FAIL"),
        (("Slack*",), "PASS"),
        (("setuid", "broken-*"), "PASS"),
        ((), "SKIP"),
    ],
)
def test_the_gate_fails_if_there_are_forbidden_risks(globs, verdict):
    (finding,) = [
        one for one in judge(image_with_secrets(), Limits(forbidden_risks=globs)) if one.rule == "forbiddenRisks"
    ]
    assert finding.verdict == Verdict(verdict)
    if globs == ("secret",):
        assert "Password or Key /app/.env:2 (layer 0, deleted by layer 1)" in finding.details
