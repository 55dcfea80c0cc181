import json
import math
from xml.etree import ElementTree as ET

from layerscope.insight.rules import Finding, Verdict
from layerscope.report.findings import FORMATS

FINDINGS = [
    Finding("lowestEfficiency", Verdict.FAIL, 0.75, 0.9),
    Finding("highestWastedBytes", Verdict.PASS, 1000, 2000, is_size=True),
    Finding("maxLayers", Verdict.SKIP, 3, None),
    Finding("forbiddenPaths", Verdict.FAIL, 1, 0, details=("/a<b>&% (layer 0)",)),
]


def test_the_text_has_a_line_a_rule_and_the_result():
    assert FORMATS["text"](FINDINGS).splitlines() == [
        "verdict  rule                 figure  limit",
        "FAIL     lowestEfficiency     0.7500  at least 0.9000",
        "PASS     highestWastedBytes  1.00 kB  at most 2.00 kB",
        "-        maxLayers                 3  -",
        "FAIL     forbiddenPaths            1  at most 0",
        "  forbiddenPaths: /a<b>&% (layer 0)",
        "result: FAIL",
    ]


def test_the_json_holds_result_and_figures():
    document = json.loads(FORMATS["json"](FINDINGS))
    assert document["passed"] is False
    assert document["rules"][1] == {
        "rule": "highestWastedBytes",
        "verdict": "PASS",
        "figure": 1000,
        "limit": 2000,
        "details": [],
    }


def test_a_figure_that_is_not_finite_is_null_in_the_json():
    document = json.loads(FORMATS["json"]([Finding("highestUserWastedPercent", Verdict.FAIL, math.inf, 0.1)]))
    assert document["rules"][0]["figure"] is None


def test_a_figure_that_looks_like_the_limit_it_exceeds_is_shown_exactly():
    near = [
        Finding("lowestEfficiency", Verdict.FAIL, 0.899993, 0.9),
        Finding("highestWastedBytes", Verdict.FAIL, 110_001, 110_000, is_size=True),
    ]
    lines = FORMATS["text"](near).splitlines()
    assert lines[1].split() == ["FAIL", "lowestEfficiency", "0.899993", "at", "least", "0.9"]
    assert lines[2].split() == ["FAIL", "highestWastedBytes", "110,001", "B", "at", "most", "110,000", "B"]


def test_the_junit_xml_counts_and_names_failures_and_skips():
    suite = ET.fromstring(FORMATS["junit"](FINDINGS))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "2", "1")
    failure = suite.find("testcase[@name='forbiddenPaths']/failure")
    assert failure is not None
    assert failure.text == "/a<b>&% (layer 0)"


def test_github_gets_an_error_for_each_failure_on_one_line():
    lines = FORMATS["github"](FINDINGS).splitlines()
    assert lines[0] == "::error title=layerscope lowestEfficiency::0.7500, limit at least 0.9000"
    assert lines[2] == "::error title=layerscope forbiddenPaths::1, limit at most 0%0A/a<b>&%25 (layer 0)"
    assert len(lines) == 3


def test_the_markdown_is_a_table():
    lines = FORMATS["markdown"](FINDINGS).splitlines()
    assert lines[0] == "### layerscope: FAIL"
    assert lines[4] == "| FAIL | lowestEfficiency | 0.7500 | at least 0.9000 |"
    assert lines[-1] == r"- forbiddenPaths: /a\<b\>\&% (layer 0)"


def test_a_figure_that_shrank_has_its_sign_and_a_skipped_rule_its_reason():
    findings = [
        Finding("maxGrowth", Verdict.PASS, -5_000_000, 100, is_size=True),
        Finding("maxPullGrowth", Verdict.SKIP, None, None, details=("skipped: no <base>",)),
    ]
    assert FORMATS["text"](findings).splitlines()[1].split()[2:4] == ["-5.00", "MB"]
    skipped = ET.fromstring(FORMATS["junit"](findings)).find("testcase[@name='maxPullGrowth']/skipped")
    assert skipped.get("message") == "skipped: no <base>"
