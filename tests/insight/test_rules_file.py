"""Promises of the file of rules."""

import pytest

from layerscope.errors import UsageError
from layerscope.insight.rules import Limits, merged_limits, parse_limits
from layerscope.insight.rules_file import parse_rules


def test_the_rules_are_returned_by_name_as_they_are_written():
    assert parse_rules(b"rules: {lowestEfficiency: 0.5, max-layers: disabled}", ".dive-ci") == {
        "lowestEfficiency": 0.5,
        "max-layers": "disabled",
    }


@pytest.mark.parametrize("data", [b"", b"# nothing yet", b"rules:", b"rules: {}"])
def test_a_file_without_rules_has_none(data):
    assert parse_rules(data, ".dive-ci") == {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"lowestEfficiency: 1", "`lowestEfficiency` is not allowed in `.dive-ci`"),
        (b"[1, 2]", "`.dive-ci` has no `rules:`"),
        (b"7", "`.dive-ci` has no `rules:`"),
        (b"rules: [1]", "`.dive-ci` has no `rules:`"),
        (b"rules:\n  maxSize: 1\n  maxSize: 2", "`.dive-ci` is not valid YAML: see line 3"),
        (b"rules: {a: [", "`.dive-ci` is not valid YAML: see line 1"),
        (b"rules: {maxSize: !!python/object/apply:os.getcwd []}", "`.dive-ci` is not valid YAML: see line 1"),
        (b"rules: [\n\n", "`.dive-ci` is not valid YAML: it ends too early, see line 1"),
        (b"\x00", "`.dive-ci` is not valid YAML"),
        (b"#" * (1 << 20) + b"\nrules: {maxLayers: 1}", "`.dive-ci` is larger than 1,048,576 bytes"),
        (b"[" * 100_000, "`.dive-ci` is not valid YAML"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(data, message):
    with pytest.raises(UsageError) as caught:
        parse_rules(data, ".dive-ci")
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lowestEfficency", "unknown rule `lowestEfficency` in `.dive-ci`"),
        ("maxSize", "`big` is not valid for `maxSize` in `.dive-ci`"),
    ],
)
def test_a_bad_rule_of_a_file_is_refused_with_the_name_of_the_file(name, message):
    with pytest.raises(UsageError) as caught:
        parse_limits(parse_rules(f"rules: {{{name}: big}}".encode(), ".dive-ci"), "in `.dive-ci`")
    assert caught.value.message == message


def test_later_limits_replace_earlier_ones_and_globs_add_up():
    base = {"lowest_efficiency": 0.5, "max_size": 9, "forbidden_paths": ("a",), "ignored_paths": ("i",)}
    more = {"lowest_efficiency": None, "max_layer_count": 3, "forbidden_paths": ("b",)}
    assert merged_limits(base, more) == Limits(
        lowest_efficiency=None, max_size=9, max_layer_count=3, forbidden_paths=("a", "b"), ignored_paths=("i",)
    )
