import pytest

from support.images import build_image
from support.tars import file

BASE = [[file("usr/a", b"a" * 1000), file("usr/a", b"a" * 3000)]]
MINE = [[file("app/b", b"b" * 500)], [file("app/.wh.b"), file("app/c", b"c" * 100)]]
LIMITS = ("--lowestEfficiency", "disabled", "--format", "json")


@pytest.fixture
def images(layout):
    directory = layout(base=build_image(BASE), app=build_image([*BASE, *MINE]), other=build_image([[file("x", b"1")]]))
    return lambda tag: f"{directory}:{tag}"


def test_inspect_divides_the_bytes_between_the_base_and_mine(cli, images):
    row = cli("inspect", images("app"), "--base", images("base"), "--json").json
    assert (row["base"]["layerCount"], row["base"]["size"], row["base"]["wastedSize"]) == (1, 4000, 1000)
    assert (row["mine"]["layerCount"], row["mine"]["size"], row["mine"]["wastedSize"]) == (2, 600, 500)
    assert row["base"]["size"] + row["mine"]["size"] == row["size"]
    assert "2 layers, 600 B" in cli("inspect", images("app"), "--base", images("base")).out
    assert "base" not in cli("inspect", images("app"), "--json").json


def test_waste_shows_only_mine(cli, images):
    rows = cli("waste", images("app"), "--mine", "--base", images("base"), "--json").json
    assert [row["path"] for row in rows] == ["/app/b"]


def test_waste_names_the_option_and_the_base_if_mine_has_none(cli, images):
    none = cli("waste", images("app"), "--base", images("base"), "--min-size", "1kB").out
    above = f"(the layers above `{images('base')}`)"
    assert none == f"no waste matches `--base` {above} and `--min-size`\n"


def test_without_a_base_nothing_is_mine_and_another_image_is_no_base(cli, images):
    outcome = cli("waste", images("app"), "--mine")
    assert (outcome.code, outcome.out) == (2, "")
    assert "the base of the image is not known" in outcome.err
    assert "they share no layer" in cli("inspect", images("app"), "--base", images("other")).err


def test_the_gate_counts_the_waste_of_mine_by_the_true_base(cli, images):
    for base, share in (("base", 500 / 600), (None, 500 / 600)):
        options = ("--base", images(base)) if base else ()
        rules = cli("ci", images("app"), *LIMITS, *options).json["rules"]
        assert {rule["figure"] for rule in rules if rule["rule"] == "highestUserWastedPercent"} == {share}
    two = ("--base", images("app"))
    rules = cli("ci", images("app"), *LIMITS, *two).json["rules"]
    assert {rule["figure"] for rule in rules if rule["rule"] == "highestUserWastedPercent"} == {0}


def test_the_base_is_found_in_the_cache_by_its_layers_or_by_the_name_that_a_label_has(cli, fake_registry):
    labels = {"org.opencontainers.image.base.name": str(fake_registry.reference("app:old"))}
    fake_registry.serve(build_image(BASE), tag="old")
    fake_registry.serve(build_image([*BASE, MINE[0]]), tag="nearest")
    fake_registry.serve(build_image([*BASE, *MINE]), tag="app")
    fake_registry.serve(build_image([*BASE, *MINE], config={"Labels": labels}), tag="named")
    assert "base" not in cli("inspect", fake_registry.reference("app:app"), "--json").json
    for tag in ("old", "nearest"):
        cli("inspect", fake_registry.reference(f"app:{tag}"))
    found = {
        tag: cli("inspect", fake_registry.reference(f"app:{tag}"), "--json").json["base"] for tag in ("app", "named")
    }
    assert (found["app"]["source"], found["app"]["layerCount"]) == ("cache", 2)
    assert (found["named"]["source"], found["named"]["layerCount"]) == ("name", 1)


def test_it_is_said_if_the_base_has_moved_on(cli, layout):
    labels = {"org.opencontainers.image.base.digest": "sha256:" + "0" * 64}
    app = build_image([*BASE, *MINE], config={"Labels": labels})
    directory = layout(partly=build_image([*BASE, [file("x", b"1")]]), new=build_image([[file("x", b"1")]]), app=app)
    assert (
        "has moved on: the image has 1 of its 2 layers"
        in cli("inspect", f"{directory}:app", "--base", f"{directory}:partly").err
    )
    moved = cli("inspect", f"{directory}:app", "--base", f"{directory}:new")
    assert moved.code == 2
    assert f"--base NAME@sha256:{'0' * 64}" in moved.err


def test_the_rows_of_the_base_and_of_mine_start_where_all_others_do(cli, images):
    lines = [line for line in cli("inspect", images("app"), "--base", images("base")).lines if line.strip()]
    rows = {line.split()[0]: line for line in lines}
    starts = {len(rows[name]) - len(rows[name][len(name) :].lstrip()) for name in ("base", "mine", "efficiency")}
    assert starts == {len("  overwritten") + 2}
