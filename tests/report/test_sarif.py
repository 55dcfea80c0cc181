import json

from layerscope.insight.audit import find_risks
from layerscope.report.audit import risk_rows
from layerscope.report.sarif import sarif
from support.analysis import facts_of
from support.layer_indexes import file


def test_a_code_host_gets_a_rule_a_level_and_a_place_for_each_risk():
    analysis = facts_of([file("app/a b.key", b"\n-----BEGIN PRIVATE KEY-----")], config={"User": "app"})
    document = json.loads(sarif(analysis, risk_rows(analysis, find_risks(analysis))))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    (result,) = run["results"]
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert result["level"] == "error"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "app/a%20b.key"},
        "region": {"startLine": 2},
    }
