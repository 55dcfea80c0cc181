"""Platforms: parsed as other tools spell them, and matched with the usual variants."""

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import InvalidReference
from layerscope.oci import Platform

PARTS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux/amd64", Platform("linux", "amd64")),
        ("linux/x86_64", Platform("linux", "amd64")),
        ("linux/aarch64", Platform("linux", "arm64")),
        ("Linux/ARM64", Platform("linux", "arm64")),
        ("linux/arm/v7", Platform("linux", "arm", "v7")),
        ("linux/armhf", Platform("linux", "arm", "v7")),
        ("linux/armel", Platform("linux", "arm", "v6")),
        ("linux/armv6l", Platform("linux", "arm", "v6")),
        ("linux/i386", Platform("linux", "386")),
        ("windows/amd64", Platform("windows", "amd64")),
    ],
)
def test_a_platform_is_read_with_its_aliases(text, platform):
    assert Platform.parse(text) == platform


@pytest.mark.parametrize(
    "text",
    ["", "linux", "linux/", "/amd64", "linux//v7", "linux/arm/v7/x", "linux/am d64", "linux/amd64\n", "linux/\x1b[m"],
)
def test_an_invalid_platform_is_refused_with_the_valid_form(text):
    with pytest.raises(InvalidReference, match="is not a platform") as caught:
        Platform.parse(text)
    assert caught.value.message.isprintable()
    assert "os/architecture" in caught.value.hint


@given(PARTS, PARTS.filter(lambda part: Platform.parse(f"x/{part}").architecture == part), PARTS | st.just(""))
def test_a_platform_is_what_its_text_says(os, architecture, variant):
    platform = Platform(os, architecture, variant)
    assert Platform.parse(str(platform)) == platform


@pytest.mark.parametrize(
    ("offered", "wanted", "fits"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/arm", "linux/arm/v7", True),
        ("linux/amd64", "linux/amd64/v1", True),
        ("linux/arm/v6", "linux/arm", True),
        ("linux/arm/v6", "linux/arm/v7", False),
        ("linux/amd64/v3", "linux/amd64/v2", False),
        ("linux/arm64", "linux/amd64", False),
        ("windows/amd64", "linux/amd64", False),
    ],
)
def test_a_missing_variant_is_the_usual_one(offered, wanted, fits):
    assert Platform.parse(offered).satisfies(Platform.parse(wanted)) == fits


@pytest.mark.parametrize(
    ("machine", "platform"),
    [
        ("x86_64", "linux/amd64"),
        ("AMD64", "linux/amd64"),
        ("aarch64", "linux/arm64"),
        ("riscv64", "linux/riscv64"),
        ("", "linux/amd64"),
    ],
)
def test_the_hosts_platform_is_linux_on_its_machine(monkeypatch, machine, platform):
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert Platform.of_host() == Platform.parse(platform)


def test_a_platform_from_outside_is_shown_safely():
    assert str(Platform("linux", "a\x1b[2Jb")) == r"linux/a\x1b[2Jb"
