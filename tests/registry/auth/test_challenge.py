import pytest
from hypothesis import given, strategies as st

from layerscope.registry.auth.challenge import Challenge, parse_challenges

WORD = st.from_regex(r"[a-zA-Z][a-zA-Z0-9-]{0,10}", fullmatch=True)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            'Bearer realm="https://auth.example.com/token",service=registry.example.com,other=fun,slashed="he\\"\\l\\lo"',
            [("bearer", {"realm": "https://auth.example.com/token", "service": "registry.example.com", "other": "fun",
                         "slashed": 'he"llo'})],
        ),
        ('BEARER Realm="r" ,  SERVICE = s', [("bearer", {"realm": "r", "service": "s"})]),
        ("Bearer realm=https://auth.example.com/token?x=1,service=s", [("bearer", {"realm": "https://auth.example.com/token?x=1", "service": "s"})]),
        ('Bearer scope="a:b:pull,push c:d:pull"', [("bearer", {"scope": "a:b:pull,push c:d:pull"})]),
        ("Basic", [("basic", {})]),
        ("Negotiate", [("negotiate", {})]),
        ("Negotiate YWJj==", [("negotiate", {})]),
        ("", []),
        (" , ,", []),
        ('Bearer realm=""', [("bearer", {"realm": ""})]),
        ('Bearer realm="a", realm="b"', [("bearer", {"realm": "a"})]),
        ('Bearer realm="never closed', [("bearer", {"realm": ""}), ("never", {})]),
        ("realm=x", [("realm", {}), ("x", {})]),
    ],
)  # fmt: skip
def test_challenges_are_parsed(field, expected):
    assert parse_challenges([field]) == [Challenge(scheme, parameters) for scheme, parameters in expected]


def test_one_field_may_hold_two_challenges():
    assert parse_challenges(['Basic realm="a, b", Bearer realm="c",scope="x"', "Digest qop=auth"]) == [
        Challenge("basic", {"realm": "a, b"}),
        Challenge("bearer", {"realm": "c", "scope": "x"}),
        Challenge("digest", {"qop": "auth"}),
    ]


@given(st.text())
def test_no_field_breaks_the_parser(field):
    for challenge in parse_challenges([field]):
        assert challenge.scheme == challenge.scheme.lower()


@given(
    st.lists(
        st.tuples(WORD, st.dictionaries(WORD.map(str.lower), st.text('ab \\",=/', max_size=8), min_size=1)), max_size=4
    )
)
def test_what_is_written_by_the_grammar_is_read_back(challenges):
    def quoted(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    field = ", ".join(
        f"{scheme} " + ", ".join(f"{name}={quoted(text)}" for name, text in parameters.items())
        for scheme, parameters in challenges
    )
    assert parse_challenges([field]) == [Challenge(scheme.lower(), parameters) for scheme, parameters in challenges]
