import pytest

from layerscope.insight.gate import failed, glob_matcher, judge, true_figures
from layerscope.insight.rules import Limits, Verdict
from support.analysis import facts_of
from support.layer_indexes import file, whiteout
from support.package_files import dpkg_files

WASTED = [[file("base", b"x" * 700)], [file("cache/a", b"x" * 300)], [whiteout("cache")]]
NONE = Limits(lowest_efficiency=None, highest_user_wasted_share=None)


def verdicts(analysis, limits, **options):
    return {
        finding.rule: finding.verdict
        for finding in judge(analysis, limits, **options)
        if finding.verdict != Verdict.SKIP
    }


def limits(**values):
    return Limits(**{"lowest_efficiency": None, "highest_user_wasted_share": None, **values})


def test_without_settings_efficiency_and_user_waste_are_judged_and_all_else_is_skipped():
    assert verdicts(facts_of(*WASTED), Limits()) == {
        "lowestEfficiency": Verdict.FAIL,
        "highestUserWastedPercent": Verdict.FAIL,
    }


@pytest.mark.parametrize(
    ("field", "at_limit", "over"),
    [
        ("lowest_efficiency", 0.7, 0.71),
        ("highest_wasted_size", 300, 299),
        ("highest_user_wasted_share", 1.0, 0.99),
        ("max_size", 1000, 999),
        ("max_layer_count", 3, 2),
        ("max_layer_size", 700, 699),
    ],
)
def test_a_figure_at_its_limit_passes_and_one_beyond_fails(field, at_limit, over):
    analysis = facts_of(*WASTED)
    assert list(verdicts(analysis, limits(**{field: at_limit})).values()) == [Verdict.PASS]
    assert list(verdicts(analysis, limits(**{field: over})).values()) == [Verdict.FAIL]


def test_the_compressed_size_is_what_the_manifest_promises():
    analysis = facts_of(*WASTED)
    assert verdicts(analysis, limits(max_compressed_size=analysis.image.compressed_size)) == {
        "maxCompressedSize": Verdict.PASS
    }
    assert verdicts(analysis, limits(max_compressed_size=analysis.image.compressed_size - 1)) == {
        "maxCompressedSize": Verdict.FAIL
    }


@pytest.mark.parametrize("glob", ["/cache/*", "cache/*", "cache/a", "**/a", "a"])
def test_waste_at_ignored_paths_does_not_count(glob):
    assert verdicts(facts_of(*WASTED), limits(highest_wasted_size=0, ignored_paths=(glob,))) == {
        "highestWastedBytes": Verdict.PASS
    }


@pytest.mark.parametrize("glob", ["/secrets", "/secrets/", "secrets", "/secrets/deep", "deep/"])
def test_a_glob_of_a_directory_forbids_all_below_it_even_if_no_entry_names_the_directory(glob):
    analysis = facts_of([file("secrets/deep/key", b"secret")], [whiteout("secrets")])
    (finding,) = [found for found in judge(analysis, limits(forbidden_paths=(glob,))) if found.verdict != Verdict.SKIP]
    assert finding.details == ("/secrets/deep/key (layer 0, deleted by layer 1)",)


@pytest.mark.parametrize("glob", ["/cache", "/cache/", "cache"])
def test_waste_below_an_ignored_directory_does_not_count(glob):
    assert verdicts(facts_of(*WASTED), limits(highest_wasted_size=0, ignored_paths=(glob,))) == {
        "highestWastedBytes": Verdict.PASS
    }


def test_characters_of_a_glob_are_those_of_utf_8():
    assert all(glob_matcher((glob,))("/ünï".lstrip("/").encode()) for glob in ("?n?", "[ü]n*", "/ünï"))
    assert not glob_matcher(("?n",))("ünï".encode())


@pytest.mark.parametrize("glob", ["/root/.netrc", "*.netrc", ".netrc", "root/*"])
def test_a_forbidden_path_is_found_even_if_a_later_layer_deleted_it(glob):
    analysis = facts_of([file("root/.netrc", b"secret")], [whiteout("root/.netrc")])
    finding = next(
        finding for finding in judge(analysis, limits(forbidden_paths=(glob,))) if finding.rule == "forbiddenPaths"
    )
    assert finding.verdict == Verdict.FAIL
    assert finding.details == ("/root/.netrc (layer 0, deleted by layer 1)",)


def test_no_forbidden_path_is_a_pass():
    assert verdicts(facts_of(*WASTED), limits(forbidden_paths=("*.pem",))) == {"forbiddenPaths": Verdict.PASS}


def test_like_dive_the_figures_are_those_of_dive():
    rules = limits(highest_wasted_size=0)
    analysis = facts_of([file("d/a", b"x" * 100)], [whiteout("d")])
    assert verdicts(analysis, rules) == {"highestWastedBytes": Verdict.FAIL}
    assert verdicts(analysis, rules, like_dive=True) == {"highestWastedBytes": Verdict.PASS}


@pytest.mark.parametrize(
    ("upper", "verdict"),
    [([file("b")], Verdict.PASS), ([file("a")], Verdict.FAIL)],
)
def test_as_in_dive_waste_above_empty_layers_is_infinite_and_no_waste_is_zero(upper, verdict):
    analysis = facts_of([file("a", b"x" * 100)], upper)
    assert verdicts(analysis, limits(highest_user_wasted_share=1.0), like_dive=True) == {
        "highestUserWastedPercent": verdict
    }


def test_an_image_without_layers_passes_the_default_rules():
    assert not failed(judge(facts_of(), Limits()))


def test_a_glob_of_bytes_that_are_no_text_matches_them():
    matches = glob_matcher(("\udcff*",))
    assert matches(b"\xffile")
    assert not matches(b"file")


def test_the_user_waste_is_a_share_of_what_the_layers_above_the_lowest_ship():
    base_waste = facts_of([file("a", b"x" * 900), file("b", b"1")], [whiteout("a")])
    assert true_figures(base_waste).user_wasted_share == 0.0
    assert true_figures(facts_of(*WASTED)).user_wasted_share == 1.0


def test_only_mine_checks_what_the_layers_above_the_base_have():
    base = [file("base.pem", b"x" * 700), file("old", b"x" * 50), *dpkg_files(("gcc", "12", ["/usr/gcc"]))]
    mine = [file("cache/a", b"x" * 300), file("b", b"x" * 100)]
    analysis = facts_of(base, mine, [whiteout("cache"), whiteout("old")])

    def figures(**more):
        wanted = {
            "lowest_efficiency": 0.5,
            "highest_wasted_size": 0,
            "forbidden_paths": ("*.pem",),
            "forbidden_packages": ("gcc",),
            **{f"max_{name}": 0 for name in ("size", "compressed_size", "layer_count", "layer_size")},
        }
        found = judge(analysis, limits(**wanted, first_of_mine=1, **more))
        return {finding.rule: finding.figure for finding in found if finding.figure is not None}

    whole, own = figures(), figures(only_mine=True)
    assert (own["maxSize"], own["maxLayers"], own["maxLayerSize"]) == (400, 2, 400)
    assert (own["highestWastedBytes"], own["lowestEfficiency"]) == (300, 0.25)
    assert (own["forbiddenPaths"], own["forbiddenPackages"]) == (0, 0)
    assert (whole["forbiddenPaths"], whole["forbiddenPackages"], whole["maxLayers"]) == (1, 1, 3)
    assert own["maxCompressedSize"] == sum(layer.descriptor.size for layer in analysis.image.layers[1:])


@pytest.mark.parametrize("glob", ["gcc*", "dpkg:gcc"])
def test_a_forbidden_package_is_found_even_if_a_later_layer_removed_it(glob):
    analysis = facts_of([*dpkg_files(("gcc", "12", ["/usr/gcc"]))], [*dpkg_files(("bash", "5", []))])
    (found,) = package_findings(analysis, glob)
    assert found.verdict == Verdict.FAIL
    assert found.details == ("gcc 12 (dpkg, layer 0, removed by layer 1)",)


def test_a_forbidden_package_that_is_not_there_passes_unless_packages_cannot_be_read():
    (found,) = package_findings(facts_of([*dpkg_files(("bash", "5", []))]), "gcc")
    assert found.verdict == Verdict.PASS
    (found,) = package_findings(facts_of([file("var/lib/rpm/Packages", b"x")]), "gcc")
    assert found.verdict == Verdict.SKIP
    assert "Berkeley" in found.details[0]


def package_findings(analysis, glob):
    return [found for found in judge(analysis, limits(forbidden_packages=(glob,))) if found.rule == "forbiddenPackages"]
