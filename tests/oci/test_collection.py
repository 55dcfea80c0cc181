import pytest

from layerscope.errors import InvalidReference
from layerscope.oci.collection import Registry, Repository, parse_collection


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("localhost:5000/", "localhost:5000"),
        ("localhost:5000", "localhost:5000"),
        ("localhost/", "localhost"),
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("[::1]:5000", "[::1]:5000"),
        ("registry.example.com:443", "registry.example.com:443"),
        ("registry:5000/", "registry:5000"),
        ("ghcr.io/", "ghcr.io"),
        ("index.docker.io/", "docker.io"),
    ],
)
def test_a_host_with_a_slash_and_a_bare_host_with_a_port_are_registries(text, domain):
    assert parse_collection(text) == Registry(domain)


@pytest.mark.parametrize(
    ("text", "domain", "name"),
    [
        ("localhost:5000/app/", "localhost:5000", "app"),
        ("ghcr.io/a/b/", "ghcr.io", "a/b"),
        ("alpine/", "docker.io", "library/alpine"),
        ("docker.io/alpine/", "docker.io", "library/alpine"),
    ],
)
def test_a_name_with_a_slash_is_a_repository(text, domain, name):
    assert parse_collection(text) == Repository(domain, name)


@pytest.mark.parametrize(
    "text", ["alpine", "redis:7", "localhost:5000/app", "ghcr.io/a/b:1", "app:5000", "a.b:20240101"]
)
def test_an_image_is_neither(text):
    assert parse_collection(text) is None


@pytest.mark.parametrize("text", ["localhost:5000//", "localhost:5000/App/", "/", "a.b:99999", "localhost:5000/a:1/"])
def test_what_is_neither_name_nor_image_is_refused(text):
    with pytest.raises(InvalidReference):
        parse_collection(text)


def test_a_password_is_not_repeated():
    with pytest.raises(InvalidReference) as error:
        parse_collection("user:canary@host.example/")
    assert "canary" not in error.value.message


@pytest.mark.parametrize("place", [Registry("localhost:5000"), Repository("docker.io", "library/alpine")])
def test_its_text_leads_back_to_it(place):
    assert parse_collection(str(place)) == place
