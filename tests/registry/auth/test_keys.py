import pytest

from layerscope.registry.auth.keys import candidates, normalized, server_of


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("https://index.docker.io/v1/", "docker.io"),
        ("docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("https://host/v1/", "host"),
        ("http://host:5000/v2", "host:5000"),
        ("HOST:5000/", "host:5000"),
        ("host/ns/repo", "host/ns/repo"),
        ("[::1]:5000", "[::1]:5000"),
        ("", ""),
    ],
)
def test_keys_are_brought_to_one_form(key, expected):
    assert normalized(key) == expected


def test_the_most_specific_key_comes_first_and_no_key_is_a_part_of_a_name():
    assert candidates("host:5000", "ns/repo") == ["host:5000/ns/repo", "host:5000/ns", "host:5000"]
    assert candidates("host", "") == ["host"]


def test_helpers_know_docker_hub_by_its_old_name():
    assert (server_of("docker.io"), server_of("host:5000")) == ("https://index.docker.io/v1/", "host:5000")
