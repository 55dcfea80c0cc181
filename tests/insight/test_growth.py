"""Promises of the rules that compare an image with its base."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from layerscope.insight.analysis import Analysis
from layerscope.insight.growth import judge_growth
from layerscope.insight.image_diff import ImageDiff
from layerscope.insight.rules import Growth, Limits, Verdict, parse_growth, parse_limits
from support.image_pairs import analysis_of, diff_of
from support.tars import file

BASE = [("base", b"1" * 1000)]
GROWN = [("new", b"2" * 100)]


def finding(diff, rule, **limits):
    return next(found for found in judge_growth(diff, Limits(**limits)) if found.finding.rule == rule)


def verdict(diff, rule, **limits):
    return finding(diff, rule, **limits).finding.verdict


@pytest.mark.parametrize(("limit", "wanted"), [("100B", "PASS"), ("99B", "FAIL"), ("10%", "PASS"), ("9.9%", "FAIL")])
def test_growth_at_its_limit_passes_and_beyond_it_fails(limit, wanted):
    assert verdict(diff_of([BASE], [BASE, GROWN]), "maxGrowth", max_growth=parse_growth(limit)) == wanted


def test_an_image_that_shrank_passes_a_limit_of_zero():
    diff = diff_of([BASE, GROWN], [BASE])
    none = Growth(size=0)
    found = judge_growth(diff, Limits(max_growth=none, max_pull_growth=none, max_waste_growth=none))
    assert [one.finding.verdict for one in found] == ["PASS", "PASS", "PASS", "SKIP"]
    assert found[0].finding.figure == -100


@pytest.mark.parametrize("after", [[BASE], [BASE, [("base", b"")]]])
def test_a_percentage_of_no_waste_allows_no_waste(after):
    found = finding(diff_of([BASE], after), "maxWasteGrowth", max_waste_growth=Growth(share=Fraction(5)))
    assert found.finding.limit == 0
    assert (found.finding.verdict == Verdict.PASS) == (len(after) == 1)


@given(st.integers(0, 2**62), st.decimals(0, 1000, places=3))
def test_a_percentage_is_at_most_its_share_in_whole_bytes(before, percentage):
    limit = parse_growth(f"{percentage}%").limit(before)
    assert isinstance(limit, int)
    assert 0 <= limit <= before * Fraction(percentage) / 100 < limit + 1


def test_29_percent_of_100_bytes_are_29_bytes():
    assert parse_growth("29%").limit(100) == 29


def test_the_pull_grows_by_what_the_manifests_promise():
    diff = diff_of([BASE], [BASE, GROWN])
    size = diff.after.image.layers[1].descriptor.size
    assert verdict(diff, "maxPullGrowth", max_pull_growth=Growth(size=size)) == "PASS"
    assert verdict(diff, "maxPullGrowth", max_pull_growth=Growth(size=size - 1)) == "FAIL"


def test_the_layers_and_paths_that_grew_most_are_named_and_those_that_only_changed_are_not():
    steps = [{"created_by": "FROM"}, {"created_by": "COPY dir:111111111111 in /"}, {"created_by": "RUN make"}]
    before = analysis_of([BASE, [("app", b"a" * 50)]], history=steps[:2])
    steps[1] = {"created_by": "COPY dir:222222222222 in /"}
    after = analysis_of([BASE, [("app", b"b" * 50)], [("out/x", b"c" * 70), ("out/y", b"c" * 7)]], history=steps)
    diff = ImageDiff.of(before, after)
    causes = finding(diff, "maxGrowth", max_growth=Growth(size=0)).causes
    paths = [(one.layer, one.node and diff.files.tree.path(one.node), one.growth) for one in causes]
    assert paths == [(2, None, 77), (None, b"out", 77)]


def test_the_paths_whose_waste_grew_are_named():
    diff = diff_of([BASE], [BASE, [("base", b"2")]])
    (cause,) = finding(diff, "maxWasteGrowth", max_waste_growth=Growth(size=0)).causes
    assert (diff.files.tree.path(cause.node), cause.growth) == (b"base", 1000)


def test_ignored_paths_do_not_count_as_growth_of_the_waste():
    diff = diff_of([BASE], [BASE, [("base", b"2")]])
    limits = {"max_waste_growth": Growth(size=0), "ignored_paths": ("base",)}
    assert verdict(diff, "maxWasteGrowth", **limits) == "PASS"


def test_only_paths_that_the_base_has_in_no_layer_are_new():
    base = [[("a.pem", b"1")], [file(".wh.a.pem")]]
    found = finding(
        diff_of(base, [[("a.pem", b"1"), ("b.pem", b"2")]]), "newForbiddenPaths", new_forbidden_paths=("*.pem",)
    )
    assert (found.finding.verdict, found.finding.details) == ("FAIL", ("/b.pem (layer 0)",))
    assert verdict(diff_of(base, base), "newForbiddenPaths", new_forbidden_paths=("*.pem",)) == "PASS"


@pytest.mark.parametrize("side", [0, 1])
def test_no_rule_passes_if_one_of_the_images_was_not_read_whole(side):
    images = [analysis_of([BASE]), analysis_of([BASE])]
    images[side] = Analysis.of(images[side].image, [None])
    generous = Growth(size=10**9)
    limits = Limits(
        max_growth=generous, max_pull_growth=generous, max_waste_growth=generous, new_forbidden_paths=("x",)
    )
    found = judge_growth(ImageDiff.of(*images), limits)
    assert {one.finding.verdict for one in found} == {Verdict.SKIP}


@pytest.mark.parametrize(
    ("text", "growth"),
    [
        ("20MB", Growth(size=20_000_000)),
        (7, Growth(size=7)),
        ("5%", Growth(share=Fraction(1, 20))),
        ("0 %", Growth(share=0.0)),
        ("150%", Growth(share=1.5)),
    ],
)
def test_a_growth_is_a_size_or_a_percentage(text, growth):
    assert parse_limits({"max-growth": text}, "here") == {"max_growth": growth}


@pytest.mark.parametrize("text", ["", "%", "-5%", "5%%", "nan%", "1e9%", "9999999%", True, None, 0.05])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="a size or a percentage"):
        parse_growth(text)


def test_a_limit_of_zero_is_a_limit():
    assert Limits(max_growth=Growth(size=0), new_forbidden_paths=("a",)).comparing_rules == (
        "maxGrowth",
        "newForbiddenPaths",
    )


def test_without_the_whole_base_nothing_is_said_to_have_grown():
    base, image = analysis_of([BASE]), analysis_of([BASE, GROWN])
    found = judge_growth(ImageDiff.of(Analysis.of(base.image, [None]), image), Limits(max_growth=Growth(size=0)))
    assert (found[0].finding.verdict, found[0].causes) == (Verdict.SKIP, ())


def test_what_was_read_of_an_image_can_be_too_much_already():
    base, image = analysis_of([BASE]), analysis_of([BASE, GROWN, [("more", b"m")]])
    part = Analysis.of(image.image, [*image.contents[:2], None])
    (found, *_) = judge_growth(ImageDiff.of(base, part), Limits(max_growth=Growth(size=99)))
    assert found.finding.verdict == Verdict.FAIL
