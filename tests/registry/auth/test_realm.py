import pytest

from layerscope.errors import RegistryError
from layerscope.registry.auth.realm import check_realm
from layerscope.registry.hosts.hosts import Endpoint

PUBLIC = Endpoint("reg.example", "https", "reg.example")
LOOPBACK = Endpoint("localhost:5000", "http", "localhost:5000")
HOME = Endpoint("10.0.0.5:5050", "https", "10.0.0.5:5050")
PRIVATE = [
    *("169.254.169.254", "[fd00:ec2::254]", "127.0.0.1", "10.0.0.5", "0.0.0.0", "[::ffff:169.254.169.254]"),
    *("2130706433", "localhost", "192.168.1.1:8443", "[::1]"),
]


@pytest.mark.parametrize("realm", ["", "not a url", "ftp://auth.example/", "https://", "https://user:pw@auth.example/"])
def test_a_realm_that_is_no_web_address_is_refused_and_named(realm):
    with pytest.raises(RegistryError, match="not a web address: `") as error:
        check_realm(realm, PUBLIC)
    assert realm in error.value.message


def test_another_public_host_is_taken_over_https():
    check_realm("https://auth.docker.io/token", PUBLIC)


@pytest.mark.parametrize("realm", ["http://auth.example/token", "http://reg.example/token", "http://127.0.0.1/"])
def test_a_realm_in_plain_http_is_refused_to_a_registry_of_https(realm):
    with pytest.raises(RegistryError, match="not https"):
        check_realm(realm, PUBLIC)


@pytest.mark.parametrize("endpoint", [PUBLIC, LOOPBACK], ids=["public", "loopback"])
@pytest.mark.parametrize("host", PRIVATE)
def test_a_realm_on_a_private_address_is_refused(host, endpoint):
    with pytest.raises(RegistryError, match="on a private address"):
        check_realm(f"https://{host}/token", endpoint)


@pytest.mark.parametrize("host", PRIVATE)
def test_a_registry_may_name_itself(host):
    check_realm(f"https://{host}/token", Endpoint(host, "https", host))


def test_a_token_server_beside_a_private_registry_is_taken():
    check_realm("https://10.0.0.5/jwt/auth", HOME)
    check_realm("http://127.0.0.1:5001/token", LOOPBACK)


@pytest.mark.parametrize("realm", ["http://10.0.0.5:5000/token", "https://10.0.0.6/token"])
def test_other_private_servers_are_refused_to_a_private_registry(realm):
    with pytest.raises(RegistryError):
        check_realm(realm, HOME)


def test_a_loopback_registry_may_not_send_us_into_the_network_in_plain_http():
    with pytest.raises(RegistryError):
        check_realm("http://10.0.0.5:5001/token", LOOPBACK)


def test_a_realm_is_shown_escaped_and_without_its_query():
    with pytest.raises(RegistryError) as error:
        check_realm("http://auth.example/\x1b[31m?secret=canary", PUBLIC)
    assert error.value.message.isprintable()
    assert "canary" not in error.value.message
