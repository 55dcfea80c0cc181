import pytest

from layerscope.errors import UsageError
from layerscope.insight.rules import Limits, parse_limits, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("20MB", 20_000_000),
        ("20 mb", 20_000_000),
        ("1kB", 1000),
        ("1KiB", 1024),
        ("1.5GB", 1_500_000_000),
        ("7", 7),
        (".5MB", 500_000),
        ("5.MB", 5_000_000),
        ("1,000B", 1000),
        ("5PB", 5 * 10**15),
        ("1Ki", 1024),
        (7, 7),
        ("0B", 0),
    ],
)
def test_sizes_are_read_in_decimal_and_binary_units(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "1XB", "one", -1, 1.5, True, None, []])
def test_an_invalid_size_is_refused(text):
    with pytest.raises(ValueError, match="a size"):
        parse_size(text)


@pytest.mark.parametrize("name", ["lowestEfficiency", "lowest-efficiency", "lowest_efficiency"])
def test_both_spellings_of_a_rule_are_known(name):
    assert parse_limits({name: 0.95}, ".dive-ci") == {"lowest_efficiency": 0.95}


def test_values_may_be_text_as_they_are_on_a_command_line():
    found = parse_limits({"lowestEfficiency": "0.95", "highestWastedBytes": "20MB", "maxLayers": "12"}, ".dive-ci")
    assert found == {"lowest_efficiency": 0.95, "highest_wasted_size": 20_000_000, "max_layer_count": 12}


def test_disabled_turns_a_rule_off():
    found = parse_limits({"lowestEfficiency": "disabled", "forbiddenPaths": "disabled"}, ".dive-ci")
    assert Limits(**found).lowest_efficiency is None
    assert Limits(**found).forbidden_paths == ()


def test_an_unknown_rule_is_named_with_its_file_and_the_known_rules():
    with pytest.raises(UsageError, match=r"unknown rule `lowestEficiency` in `\.dive-ci`") as caught:
        parse_limits({"lowestEficiency": 1}, "in `.dive-ci`")
    assert "lowestEfficiency" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lowestEfficiency", 1.1),
        ("maxSize", "9" * 50 + "GB"),
        ("lowestEfficiency", "high"),
        ("maxSize", "big"),
        ("maxLayers", -1),
        ("maxLayers", 1.5),
        ("ignoredPaths", 3),
    ],
)
def test_a_bad_value_is_named_together_with_its_rule(name, value):
    with pytest.raises(UsageError, match=f"`{value}` is not valid for `{name}`"):
        parse_limits({name: value}, "in `.dive-ci`")


def test_one_rule_in_two_spellings_is_an_error():
    with pytest.raises(UsageError, match=r"`lowestEfficiency` is set twice in `"):
        parse_limits({"lowestEfficiency": 0.5, "lowest-efficiency": 0.9}, "in `.dive-ci`")


def test_a_rule_without_a_value_is_an_error_and_never_turned_off():
    with pytest.raises(UsageError, match="`` is not valid for `lowestEfficiency`"):
        parse_limits({"lowestEfficiency": None}, "in `.dive-ci`")
