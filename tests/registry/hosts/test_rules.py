import pytest

from layerscope.registry.hosts.rules import Mirror, RegistryRule, mapped_name, mirrors_of, rule_for

RULES = (
    RegistryRule("example.com", "internal.example"),
    RegistryRule("example.com/foo", "internal.example:5000/bar"),
    RegistryRule("*.wild.example"),
)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("example.com/app", "example.com"),
        ("example.com/foo/app", "example.com/foo"),
        ("example.com/foo", "example.com/foo"),
        ("example.com/food", "example.com"),
        ("example.com.evil/app", None),
        ("evil-example.com/app", None),
        ("a.wild.example/app", "*.wild.example"),
        ("a.b.wild.example:5000/app", "*.wild.example"),
        ("wild.example/app", None),
        ("EXAMPLE.com/foo/app", "example.com/foo"),
        ("example.com/FOO/app", "example.com"),
        ("a.WILD.example/app", "*.wild.example"),
    ],
)
def test_the_longest_prefix_that_fits_whole_parts_is_chosen(name, prefix):
    rule = rule_for(name, RULES)
    assert (rule and rule.prefix) == prefix


def test_the_prefix_is_replaced_by_the_location():
    assert mapped_name("example.com/foo/app", RULES[1]) == "internal.example:5000/bar/app"
    assert mapped_name("a.wild.example/app", RULES[2]) == "a.wild.example/app"
    assert mapped_name("example.com", RULES[0]) == "internal.example"
    assert mapped_name("Example.COM/foo/app", RULES[1]) == "internal.example:5000/bar/app"
    assert mapped_name("example.com/foo/app", RegistryRule("Example.com/foo", "x/y")) == "x/y/app"


def test_mirrors_are_asked_only_for_what_they_are_for():
    mirrors = (Mirror("tags/x", by_digest=False), Mirror("digests", by_tag=False), Mirror("all"))
    rule = RegistryRule("example.com", "place", mirrors=mirrors)
    assert mirrors_of("example.com/app", rule, by_digest=False) == ["tags/x/app", "all/app"]
    assert mirrors_of("example.com/app", rule, by_digest=True) == ["digests/app", "all/app"]
    assert mapped_name("example.com/app", rule) == "place/app"
