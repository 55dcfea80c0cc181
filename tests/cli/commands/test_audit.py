import json

import pytest

from layerscope.cache.format import CachedLayer, encode
from support.images import build_image
from support.reading import read
from support.tars import file, tar

CANARY = "tr0ub4dor-and-3"
LAYERS = (
    [file("app/.env", f"A=1\nDB_PASSWORD={CANARY}\n".encode()), file("evil\x1b[31m.p12", b"x")],
    [file("app/.wh..env"), file("bin/x", b"x", mode=0o4755)],
)
HISTORY = [{"created_by": f"|1 NPM_TOKEN={CANARY} /bin/sh -c npm ci"}, {"created_by": "RUN rm /app/.env"}]


@pytest.fixture
def image(layout):
    return layout(app=build_image(LAYERS, HISTORY, config={"Env": [f"API_KEY={CANARY}"], "User": "app"}))


def test_each_risk_has_its_place_its_layer_and_what_to_do(cli, image):
    outcome = cli("audit", f"{image}:app", "--json")
    assert outcome.code == 0
    found = {(row["path"] or row["place"], row["severity"], row["layer"], row["deletedBy"]) for row in outcome.json}
    assert found == {
        ("/app/.env", "high", 0, 1),
        ("ENV API_KEY", "high", None, None),
        ("ARG NPM_TOKEN", "high", 0, None),
        ("/evil\x1b[31m.p12", "medium", 0, None),
        ("/bin/x", "medium", 1, None),
    }
    assert all(row["advice"] for row in outcome.json)
    assert {"kind", "severity", "path", "layer", "deletedBy", "command", "advice"} <= set(outcome.json[0])


@pytest.mark.parametrize("options", [(), ("--json",), ("--format", "sarif")])
def test_no_output_has_the_value_of_a_secret(cli, image, options):
    outcome = cli("audit", f"{image}:app", *options)
    assert CANARY not in outcome.out + outcome.err
    assert "\x1b" not in outcome.out


def test_the_cached_layer_has_the_place_of_a_secret_and_not_its_value():
    cached = b"".join(encode({}, read(tar(*LAYERS[0]))))
    assert CANARY.encode() not in cached
    assert CachedLayer.of(memoryview(cached)).content().index.secrets


def test_only_the_risks_of_a_severity_are_listed(cli, image):
    rows = cli("audit", f"{image}:app", "--severity", "high", "--json").json
    assert {row["severity"] for row in rows} == {"high"}


def test_the_gate_fails_at_a_forbidden_risk_and_does_not_print_it(cli, image):
    outcome = cli("ci", f"{image}:app", "--forbid-risk", "secret", "--lowestEfficiency", "disabled", "--format", "json")
    assert outcome.code == 1
    (rule,) = [rule for rule in json.loads(outcome.out)["rules"] if rule["rule"] == "forbiddenRisks"]
    assert "Password or Key /app/.env:2 (layer 0, deleted by layer 1)" in rule["details"]
    assert CANARY not in outcome.out


def test_a_forbidden_risk_that_no_risk_can_have_is_warned_of(cli, image):
    globs = ("foo", "Private Key", "private*", "SECRET", "Hig*", "root-user")
    options = [word for glob in globs for word in ("--forbid-risk", glob)]
    outcome = cli("ci", f"{image}:app", *options)
    expected = "warning: no risk is named `foo`; `layerscope help rules` lists the kinds"
    assert [line for line in outcome.err.splitlines() if "no risk is named" in line] == [expected]


def test_the_help_of_the_rules_lists_the_kinds_of_risks_and_of_secrets(cli):
    text = " ".join(cli("help", "rules").out.split())
    assert "Kinds of risks: secret, credentials-file, setuid," in text
    assert "GitHub Token, GitLab Token" in text
