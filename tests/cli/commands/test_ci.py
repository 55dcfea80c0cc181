import json
import re
from xml.etree import ElementTree as ET

import pytest

from support.images import build_image
from support.tars import file

LAYERS = ([("keep", b"k" * 600), ("tmp", b"t" * 400)], [file(".wh.tmp"), ("app", b"a" * 1000)])
"""2000 bytes, 400 of them dead: efficiency 0.8."""


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    """A working directory without a file of rules."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def image(layout):
    return layout(app=build_image(LAYERS))


def verdicts(outcome):
    return {
        line.split()[1]: line.split()[0] for line in outcome.lines[1:] if line[:4] in ("PASS", "FAIL", "SKIP", "-   ")
    }


def test_an_image_that_exceeds_a_limit_ends_with_exit_code_1(cli, image):
    outcome = cli("ci", image)
    assert (outcome.code, outcome.err) == (1, "")
    assert verdicts(outcome)["lowestEfficiency"] == "FAIL"
    assert outcome.lines[-1] == "result: FAIL"


def test_an_image_within_all_limits_ends_with_exit_code_0(cli, image):
    outcome = cli("ci", image, "--lowest-efficiency", "0.8", "--highest-user-wasted-percent", "0.4")
    assert (outcome.code, outcome.lines[-1]) == (0, "result: PASS")
    assert verdicts(outcome)["maxSize"] == "-"


def test_the_rules_are_read_from_dive_ci(cli, image, directory):
    (directory / ".dive-ci").write_text(
        "rules:\n  lowestEfficiency: 0.5\n  highest-user-wasted-percent: disabled\n  maxSize: 1kB\n"
    )
    outcome = cli("ci", image)
    assert outcome.code == 1
    assert {name: verdicts(outcome)[name] for name in ("lowestEfficiency", "highestUserWastedPercent", "maxSize")} == {
        "lowestEfficiency": "PASS",
        "highestUserWastedPercent": "-",
        "maxSize": "FAIL",
    }


def test_another_file_of_rules_can_be_named(cli, image, directory):
    (directory / "gate.yaml").write_text("rules: {lowestEfficiency: 0.1, highestUserWastedPercent: 0.9}\n")
    assert cli("ci", image, "--ci-config", "gate.yaml").code == 0


def test_an_option_replaces_the_rule_of_the_file_and_globs_add_up(cli, image, directory):
    (directory / ".dive-ci").write_text("rules: {lowestEfficiency: 0.99, forbiddenPaths: [/keep], ignoredPaths: tmp}\n")
    outcome = cli("ci", image, "--lowestEfficiency", "0.1", "--forbid", "*.pem", "--forbid", "app")
    found = verdicts(outcome)
    assert (found["lowestEfficiency"], found["highestUserWastedPercent"]) == ("PASS", "PASS")
    details = [line.strip() for line in outcome.lines if line.startswith("  forbiddenPaths")]
    assert details[:2] == ["forbiddenPaths: /app (layer 1)", "forbiddenPaths: /keep (layer 0)"]


def test_a_deleted_file_can_be_forbidden_too(cli, image):
    outcome = cli("ci", image, "--forbid", "tmp", "--lowest-efficiency", "0", "--highest-user-wasted-percent", "1")
    assert outcome.code == 1
    assert "  forbiddenPaths: /tmp (layer 0, deleted by layer 1)" in outcome.lines


def test_the_figures_can_be_dive_s_own(cli, layout):
    """A file that is written twice: dive counts the copy that is kept as waste too."""
    image = layout(app=build_image([[("file", b"1" * 600)], [("file", b"2" * 600)]]))
    for options, wasted in (([], 600), (["--compat", "dive"], 1200)):
        rules = cli("ci", image, "--format", "json", *options).json["rules"]
        assert {rule["rule"]: rule["figure"] for rule in rules}["highestWastedBytes"] == wasted


@pytest.mark.parametrize("kind", ["json", "junit", "github", "markdown"])
def test_every_format_shows_the_failure(cli, image, kind):
    limits = ("--lowest-efficiency", "0.9", "--max-layers", "1", "--highest-user-wasted-percent", "disabled")
    outcome = cli("ci", image, "--format", kind, *limits)
    assert outcome.code == 1
    if kind == "json":
        assert json.loads(outcome.out)["passed"] is False
    elif kind == "junit":
        assert ET.fromstring(outcome.out).get("failures") == "2"
    else:
        assert "lowestEfficiency" in outcome.out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: {maxSize: big}", "`big` is not valid for `maxSize` in `.dive-ci`"),
        ("rules: {a: [", "`.dive-ci` is not valid YAML: see line 1"),
    ],
)
def test_a_bad_file_of_rules_is_refused_before_anything_is_fetched(cli, directory, text, message):
    (directory / ".dive-ci").write_text(text)
    outcome = cli("ci", "localhost:1/never-asked-for")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[0] == f"error: {message}"


def test_a_bad_value_on_the_command_line_is_refused_by_name(cli):
    outcome = cli("ci", "localhost:1/never-asked-for", "--max-layers", "-1")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[0] == "error: `-1` is not valid for `--max-layers` on the command line"


@pytest.mark.parametrize("option", ["--max-size=", "--lowest-efficiency=", "--max-layers=", "--highest-wasted-bytes="])
def test_an_empty_value_on_the_command_line_is_refused_and_turns_no_rule_off(cli, option):
    outcome = cli("ci", "localhost:1/never-asked-for", option)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: `` is not valid for `")


def test_a_directory_in_the_place_of_the_rules_is_refused(cli, directory):
    (directory / ".dive-ci").mkdir()
    outcome = cli("ci", "localhost:1/never-asked-for")
    assert (outcome.code, outcome.err) == (2, "error: cannot read `.dive-ci`: Is a directory\n")


def test_ignored_paths_with_dive_s_figures_are_a_warning(cli, image):
    outcome = cli("ci", image, "--compat", "dive", "--ignore", "*")
    assert outcome.err == "warning: `ignoredPaths` has no effect with `--compat dive`: dive has no such rule\n"


def test_a_named_file_that_does_not_exist_is_refused(cli):
    outcome = cli("ci", "localhost:1/never-asked-for", "--ci-config", "no.yaml")
    assert (outcome.code, outcome.err) == (2, "error: cannot read `no.yaml`: No such file or directory\n")


def test_an_empty_file_of_rules_leaves_the_usual_ones(cli, image, directory):
    (directory / ".dive-ci").write_text("# nothing yet\n")
    assert verdicts(cli("ci", image))["lowestEfficiency"] == "FAIL"


@pytest.mark.parametrize("kind", ["text", "json", "junit", "github", "markdown"])
def test_an_image_that_was_not_read_whole_passes_in_no_format(cli, layout, kind):
    image = build_image([[("a", b"a")], [("b", b"b")]])
    path = layout(app=image)
    (path / "blobs" / image.manifest["layers"][1]["digest"].replace(":", "/")).unlink()
    outcome = cli("ci", path, "--format", kind, "--forbid", "b", "--max-layers", "9")
    assert outcome.code == 2
    assert "layer 1 is missing" in outcome.out
    assert not re.search(r"\bPASS\b|\"passed\": true", outcome.out)
    if kind == "junit":
        suite = ET.fromstring(outcome.out)
        assert (suite.get("errors"), suite.find(".//error").get("message")) == ("1", "layer 1 is missing")


def test_a_damaged_image_passes_no_gate(cli, layout):
    image = build_image([[("a", b"a")]])
    path = layout(app=image)
    (path / "blobs" / image.manifest["layers"][0]["digest"].replace(":", "/")).write_bytes(b"")
    outcome = cli("ci", path)
    assert outcome.code == 2
    assert "\nerror: layer 0 is " in outcome.err


@pytest.fixture
def against(layout):
    """The name of an image of one layout; `grown` has 500 bytes more than `base`."""
    images = {"base": build_image(LAYERS), "grown": build_image([*LAYERS, [("more", b"m" * 500)]])}
    path = layout(**images)
    return lambda name: f"oci:{path}:{name}"


LENIENT = ("--lowest-efficiency", "0", "--highest-user-wasted-percent", "1")


def test_growth_within_its_limit_passes_and_beyond_it_fails(cli, against):
    arguments = ("ci", against("grown"), "--against", against("base"), *LENIENT)
    assert cli(*arguments, "--max-growth", "25%").code == 0
    outcome = cli(*arguments, "--max-growth", "499B")
    assert (outcome.code, outcome.err) == (1, "")
    assert "  maxGrowth: +500 B /more" in outcome.lines


@pytest.mark.parametrize(
    ("option", "figure"),
    [("--max-growth", "size"), ("--max-pull-growth", "compressedSize"), ("--max-waste-growth", "wastedSize")],
)
def test_the_figures_of_the_gate_are_those_of_diff_and_of_inspect(cli, layout, option, figure):
    after = build_image([*LAYERS, [("more", b"m" * 500), ("often", b"1" * 70)], [("often", b"22")]])
    path = layout(base=build_image(LAYERS), grown=after)
    base, grown = f"oci:{path}:base", f"oci:{path}:grown"
    diff = cli("diff", base, grown, "--json").json
    growth = diff["b"][figure] - diff["a"][figure]
    one, other = (cli("inspect", name, "--json").json[figure] for name in (base, grown))
    assert growth == other - one > 0
    gate = ("ci", grown, "--against", base, *LENIENT, option)
    assert [cli(*gate, f"{limit}B").code for limit in (growth, growth - 1)] == [0, 1]


@pytest.mark.parametrize("kind", ["json", "junit", "github", "markdown"])
def test_every_format_names_what_grew(cli, against, kind):
    outcome = cli("ci", against("grown"), "--against", against("base"), *LENIENT, "--maxGrowth", "1%", "--format", kind)
    assert outcome.code == 1
    assert "+500 B layer 2: step 2" in outcome.out


def test_the_limits_of_growth_are_read_from_the_file_of_rules(cli, against, directory):
    (directory / ".dive-ci").write_text("rules: {maxGrowth: 1kB, max-pull-growth: 1, newForbiddenPaths: [more]}\n")
    outcome = cli("ci", against("grown"), "--against", against("base"), *LENIENT)
    found = verdicts(outcome)
    assert (found["maxGrowth"], found["maxPullGrowth"], found["newForbiddenPaths"]) == ("PASS", "FAIL", "FAIL")
    assert "  newForbiddenPaths: /more (layer 2)" in outcome.lines


def test_a_rule_that_compares_is_refused_without_an_image_to_compare_with(cli, directory):
    (directory / ".dive-ci").write_text("rules: {maxGrowth: 1kB}\n")
    outcome = cli("ci", "localhost:1/never-asked-for")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: the rule `maxGrowth` needs another image to compare with",
        "hint: use `layerscope ci localhost:1/never-asked-for --against IMAGE2`",
    ]


def test_an_image_to_compare_with_and_no_rule_that_compares_is_a_warning(cli, against):
    outcome = cli("ci", against("grown"), "--against", against("base"), *LENIENT)
    assert (outcome.code, outcome.err) == (0, "warning: `--against` has no effect: no rule limits the growth\n")
    assert verdicts(outcome)["maxGrowth"] == "-"


def test_a_base_that_does_not_exist_is_an_error_unless_it_may_be_missing(cli, against):
    arguments = ("ci", against("grown"), "--against", against("none"), *LENIENT, "--max-growth", "1%")
    outcome = cli(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    outcome = cli(*arguments, "--allow-missing-base", "--format", "junit")
    assert outcome.code == 0
    assert "the rules that need the image of `--against` are skipped" in outcome.err
    case = ET.fromstring(outcome.out).find("testcase[@name='maxGrowth']/skipped")
    assert case.get("message") == f"skipped: the image of `--against`, `{against('none')}`, does not exist"


def test_a_base_that_cannot_be_reached_or_is_damaged_is_never_taken_for_missing(cli, layout, against):
    arguments = ("ci", against("grown"), *LENIENT, "--max-growth", "1%", "--allow-missing-base", "--against")
    assert cli(*arguments, "localhost:1/unreachable").code == 2
    image = build_image([[("other", b"o")]])
    path = layout(grown=build_image([*LAYERS, [("more", b"m" * 500)]]), broken=image)
    (path / "blobs" / image.digest.replace(":", "/")).unlink()
    assert cli(*arguments, f"oci:{path}:broken").code == 2


def test_a_base_with_a_missing_layer_passes_no_gate(cli, layout):
    base = build_image([[("b", b"b" * 900)]])
    path = layout(base=base, app=build_image([[("a", b"a")]]))
    (path / "blobs" / base.manifest["layers"][0]["digest"].replace(":", "/")).unlink()
    outcome = cli("ci", f"oci:{path}:app", "--against", f"oci:{path}:base", *LENIENT, "--max-growth", "1GB")
    assert outcome.code == 2
    assert verdicts(outcome)["maxGrowth"] == "SKIP"
    assert outcome.lines[-1] == "result: INCOMPLETE (the image of `--against`: layer 0 is missing)"
    assert "error: the image of `--against`: layer 0 is missing" in outcome.err


def test_a_finding_names_the_paths_the_layers_and_their_instructions(cli, layout):
    steps = [{"created_by": "COPY big /"}, {"created_by": "RUN /bin/sh -c rm tmp # buildkit"}]
    image = layout(app=build_image(LAYERS, steps))
    outcome = cli("ci", image, "--format", "json", "--max-layer-size", "1kB", "--max-size", "1kB", "--ignore", "keep")
    details = {rule["rule"]: rule["details"] for rule in outcome.json["rules"] if rule["verdict"] == "FAIL"}
    waste = ["400 B /tmp (layer 0, deleted by layer 1)", "layer 0: COPY big /", "layer 1: RUN rm tmp"]
    assert details["lowestEfficiency"] == waste
    assert "maxLayerSize" not in details
    assert details["maxSize"][:2] == ["1.00 kB layer 0", "1.00 kB layer 1"]
    assert cli("ci", image, "--ignore", "tmp", "--format", "json").json["passed"]


def test_gitlab_gets_an_issue_for_each_rule_that_failed(cli, image):
    (issue,) = cli("ci", image, "--format", "gitlab", "--highest-user-wasted-percent", "1").json
    assert issue["check_name"] == "layerscope lowestEfficiency"
    assert issue["description"].startswith("lowestEfficiency: 0.8000, limit at least 0.9000\n400 B /tmp (layer 0")
    assert issue["location"] == {"path": "Dockerfile", "lines": {"begin": 1}}
    assert (
        cli("ci", image, "--format", "gitlab", "--lowest-efficiency", "0", "--highest-user-wasted-percent", "1").json
        == []
    )


def test_with_mine_only_the_layers_above_the_base_are_checked(cli, against):
    image, base = against("grown"), against("base")
    mine = ("ci", image, *LENIENT, "--base", base, "--mine")
    assert cli(*mine, "--max-size", "500", "--max-layers", "1").code == 0
    assert cli(*mine, "--max-size", "499").code == 1
    assert "hint: name it with `--base`" in cli("ci", image, *LENIENT, "--mine").err
    assert "exclude each other" in cli(*mine, "--compat", "dive").err
