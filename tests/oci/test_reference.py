"""References: the grammar of distribution/reference, Docker's defaults, and errors that name the wrong part."""

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import InvalidReference
from layerscope.oci import DOCKER_HUB, Digest, Reference, parse_domain, parse_tag

F64, F128 = "f" * 64, "f" * 128
HEX = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"
LONGEST_TAG = "t" * 128

# Valid for distribution/reference: the text, then domain, repository, tag and digest, with Docker's defaults.
ACCEPTED = [
    ("test_com", "docker.io", "library/test_com", "latest", None),
    ("test.com:tag", "docker.io", "library/test.com", "tag", None),
    ("test.com:5000", "docker.io", "library/test.com", "5000", None),
    ("test.com/repo:tag", "test.com", "repo", "tag", None),
    ("test:5000/repo", "test:5000", "repo", "latest", None),
    ("test:5000/repo:tag", "test:5000", "repo", "tag", None),
    (f"test:5000/repo@sha256:{F64}", "test:5000", "repo", None, f"sha256:{F64}"),
    (f"test:5000/repo:tag@sha256:{F64}", "test:5000", "repo", "tag", f"sha256:{F64}"),
    ("lowercase:Uppercase", "docker.io", "library/lowercase", "Uppercase", None),
    ("Uppercase/lowercase:tag", "Uppercase", "lowercase", "tag", None),
    ("Docker/docker", "Docker", "docker", "latest", None),
    ("FOO/bar", "FOO", "bar", "latest", None),
    (f"{'a/' * 127}a:over-255-with-the-tag", "docker.io", f"{'a/' * 127}a", "over-255-with-the-tag", None),
    ("sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com", "bar/baz/quux", "latest", None),
    ("sub-dom1.foo.com/bar/baz/quux:some-long-tag", "sub-dom1.foo.com", "bar/baz/quux", "some-long-tag", None),
    (
        "b.gcr.io/test.example.com/my-app:test.example.com",
        "b.gcr.io",
        "test.example.com/my-app",
        "test.example.com",
        None,
    ),
    ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com", None),
    ("xn--n3h.com:18080/foo", "xn--n3h.com:18080", "foo", "latest", None),
    (f"xn--7o8h.com/img:a.b@sha512:{F128}", "xn--7o8h.com", "img", "a.b", f"sha512:{F128}"),
    ("foo_bar.com:8080", "docker.io", "library/foo_bar.com", "8080", None),
    ("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080", None),
    ("192.168.1.1", "docker.io", "library/192.168.1.1", "latest", None),
    ("192.168.1.1:tag", "docker.io", "library/192.168.1.1", "tag", None),
    ("192.168.1.1:5000", "docker.io", "library/192.168.1.1", "5000", None),
    ("192.168.1.1/repo", "192.168.1.1", "repo", "latest", None),
    ("192.168.1.1:5000/repo", "192.168.1.1:5000", "repo", "latest", None),
    ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", None),
    ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", "latest", None),
    ("[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]", "repo", "tag", None),
    ("[2001:db8::1]:5000/repo", "[2001:db8::1]:5000", "repo", "latest", None),
    ("[2001:db8::1]:5000/repo:tag", "[2001:db8::1]:5000", "repo", "tag", None),
    (f"[2001:db8::1]:5000/repo@sha256:{F64}", "[2001:db8::1]:5000", "repo", None, f"sha256:{F64}"),
    (f"[2001:db8::1]:5000/repo:tag@sha256:{F64}", "[2001:db8::1]:5000", "repo", "tag", f"sha256:{F64}"),
    ("[2001:db8::]:5000/repo", "[2001:db8::]:5000", "repo", "latest", None),
    ("[::1]:5000/repo", "[::1]:5000", "repo", "latest", None),
    (f"docker.io/{HEX}", "docker.io", f"library/{HEX}", "latest", None),
    (HEX[:63], "docker.io", f"library/{HEX[:63]}", "latest", None),
    ("docker---rules/docker", "docker.io", "docker---rules/docker", "latest", None),
    ("dock__er/docker", "docker.io", "dock__er/docker", "latest", None),
    ("d/docker", "docker.io", "d/docker", "latest", None),
    ("library/foo/bar", "docker.io", "library/foo/bar", "latest", None),
    ("test-com:8080/foo", "test-com:8080", "foo", "latest", None),
    (f"alpine:{LONGEST_TAG}", "docker.io", "library/alpine", LONGEST_TAG, None),
    # all names of docker.io
    ("alpine", "docker.io", "library/alpine", "latest", None),
    ("alpine:stable", "docker.io", "library/alpine", "stable", None),
    ("nicholasdille/insulatr", "docker.io", "nicholasdille/insulatr", "latest", None),
    ("docker.io/alpine", "docker.io", "library/alpine", "latest", None),
    ("index.docker.io/alpine", "docker.io", "library/alpine", "latest", None),
    ("registry-1.docker.io/user/x", "docker.io", "user/x", "latest", None),
    # other registries
    ("localhost/x", "localhost", "x", "latest", None),
    ("localhost:5000/hello-world-java", "localhost:5000", "hello-world-java", "latest", None),
    (f"ghcr.io/a/b:v1@sha256:{F64}", "ghcr.io", "a/b", "v1", f"sha256:{F64}"),
]

# Invalid for distribution/reference: the text, and the part that the message names.
REFUSED = [
    ("", "empty"),
    (":justtag", "empty part"),
    (f"@sha256:{F64}", "empty part"),
    (f"repo@sha256:{'f' * 34}", f"sha256:{'f' * 34}"),
    (f"repo@sha256:{F64.upper()}", "FFFF"),
    (f"validname@invaliddigest:{F64}", "`@`"),
    (f"repo@sha1:{'a' * 40}", "`sha1`"),
    ("ghcr.io/a/b:v1@md5:abc", "`md5`"),
    ("repo:", "no tag after the `:`"),
    ("repo@", "`@`"),
    ("repo@sha256:../../../../etc/passwd", "../../../../etc/passwd"),
    ("Uppercase:tag", "`Uppercase`"),
    ("Alpine", "`Alpine`"),
    ("test:5000/Uppercase/lowercase:tag", "`Uppercase`"),
    ("host.example/Upper/x", "`Upper`"),
    ("docker/Docker", "`Docker`"),
    (f"{'a/' * 128}a:tag", "257 characters"),
    ("aa/asdf$$^/aa", "`asdf$$^`"),
    ("a//b", "empty part"),
    ("docker.io/docker///docker", "empty part"),
    ("a/", "empty part"),
    ("/a", "empty part"),
    ("localhost:5000/", "empty part"),
    ("a..b/c", "`a..b`"),
    ("dock_.er/docker", "`dock_.er`"),
    ("dock-.er/docker", "`dock-.er`"),
    ("____/____", "`____`"),
    ("_docker/_docker", "`_docker`"),
    ("docker-/docker", "`docker-`"),
    ("-a/b", "`-a`"),
    ("-docker.io/docker/docker", "`-docker.io`"),
    ("--foo", "`--foo`"),
    (".", "`.`"),
    ("../x", "`..`"),
    ("a b", "`a b`"),
    ("alpine\n", r"`alpine\n`"),
    ("alpine\x1b[31m", r"`alpine\x1b[31m`"),
    ("ålpine", "`ålpine`"),
    ("alpine:", "no tag after"),
    ("alpine:-foo", "`-foo`"),
    ("alpine:.foo", "`.foo`"),
    ("alpine:a/b:c d", "`c d`"),
    (f"alpine:t{LONGEST_TAG}", "is not a tag"),
    (HEX, "image ID"),
    (f"sha256:{HEX}", "digest without a name"),
    ("localhost:5000", "the repository is missing"),
    ("[::1]:5000", "the repository is missing"),
    ("[2001:db8::1]", "the repository is missing"),
    ("[2001:db8::1]:tag", "[2001:db8::1]"),
    ("fc00::1:5000/debian", "fc00::1:5000"),
    ("fe80::1%eth0", "1%eth0"),
    ("[fe80::1%eth0]:5000/repo", "[fe80::1%eth0]:5000"),
    ("[fe80::1%@invalidzone]:5000/repo", "`@`"),
    ("[2001:db8:3:4::192.0.2.33]:5000/debian", "[2001:db8:3:4::192.0.2.33]:5000"),
    ("[::::]/x", "`[::::]`"),
    ("host:99999/x", "`host:99999`"),
    ("host:/x", "`host:`"),
    ("https://ghcr.io/a/b", "`://`"),
    ("docker.io//alpine", "empty part"),
]

DOMAINS = st.sampled_from(["ghcr.io", "localhost", "localhost:5000", "[::1]:5000", "10.0.0.5:80", "Host", DOCKER_HUB])
COMPONENTS = st.from_regex(r"[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
DIGESTS = st.binary(max_size=8).map(Digest.of) | st.binary(max_size=8).map(lambda data: Digest.of(data, "sha512"))
PASSWORDS = st.text(st.characters(codec="utf-8"), min_size=8).map(lambda text: f"{text}Canary")
"""Text that no message contains by chance."""


@pytest.mark.parametrize(("text", "domain", "repository", "tag", "digest"), ACCEPTED)
def test_a_valid_reference_is_split_as_docker_splits_it(text, domain, repository, tag, digest):
    reference = Reference.parse(text)
    assert (reference.domain, reference.repository, reference.tag) == (domain, repository, tag)
    assert reference.digest == (Digest.parse(digest) if digest else None)


@pytest.mark.parametrize(("text", "named"), REFUSED)
def test_an_invalid_reference_is_refused_with_its_wrong_part_named(text, named):
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(text)
    assert named in caught.value.message
    assert caught.value.message.isprintable()


@given(DOMAINS, st.lists(COMPONENTS, min_size=2, max_size=4), TAGS | st.none(), DIGESTS | st.none())
def test_a_reference_is_what_its_text_says(domain, components, tag, digest):
    if tag is None and digest is None:
        tag = "latest"
    reference = Reference(domain, "/".join(components), tag, digest)
    assert Reference.parse(str(reference)) == reference


@given(st.text() | st.text("abA0:/@.-_[]% ", max_size=40))
def test_any_text_is_a_reference_or_is_refused_in_one_printable_line(text):
    try:
        shown = str(Reference.parse(text))
        assert str(Reference.parse(shown)) == shown
    except InvalidReference as error:
        shown = error.message
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["a" * 10**6, ":" * 10**6, "/" * 10**6, "@" * 10**6, "a-" * 500_000, ":@" * 500_000])
def test_a_reference_of_a_megabyte_is_refused_with_a_short_message(text):
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(text)
    assert len(caught.value.message) < 300


@given(st.sampled_from(["{}", "https://{}", "{}://x"]), PASSWORDS)
def test_a_password_in_a_reference_is_refused_and_never_repeated(form, password):
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(form.format(f"bob:{password}@registry.example/app"))
    assert "Canary" not in caught.value.message
    assert "Canary" not in (caught.value.hint or "")


def test_the_digest_decides_and_the_tag_stays_for_display():
    reference = Reference.parse("localhost:5000/x:t").with_digest(Digest.of(b""))
    assert reference.target == str(Digest.of(b""))
    assert str(reference) == f"localhost:5000/x:t@{Digest.of(b'')}"


def test_another_tag_leaves_the_digest_behind():
    reference = Reference.parse(f"localhost:5000/x:t@{Digest.of(b'')}").with_tag("v2")
    assert (str(reference), reference.target, reference.name) == ("localhost:5000/x:v2", "v2", "localhost:5000/x")


@pytest.mark.parametrize("tag", ["-foo", ".foo", "a b", "a/b", "a:b", "t" * 129, "latest\n", "é"])
def test_an_invalid_tag_is_refused(tag):
    with pytest.raises(InvalidReference, match="is not a tag"):
        parse_tag(tag)


@pytest.mark.parametrize(
    ("text", "domain"), [("localhost:5000", "localhost:5000"), ("index.docker.io", "docker.io"), ("[::1]", "[::1]")]
)
def test_a_registry_is_named_by_host_and_port(text, domain):
    assert parse_domain(text) == domain


@pytest.mark.parametrize(
    "text", ["", "a/b", "a b", "host:", "host:port", "host:65536", "-host", "a..b", "[::1", "[::x]", "h\n"]
)
def test_an_invalid_host_of_a_registry_is_refused(text):
    with pytest.raises(InvalidReference, match="is not a registry host"):
        parse_domain(text)
