"""The options of the connection as words of a command line."""

from pathlib import Path

from layerscope.cli.connection import Connection


def test_a_copied_command_can_connect_again_but_has_no_login():
    connection = Connection(
        ("a:1",), ("b:2",), ca_files=(Path("/ca.pem"),), username="me", password="secret", offline=True
    )
    assert " ".join(connection.words) == "--plain-http a:1 --insecure b:2 --ca-file /ca.pem --offline"
    connection = Connection(tls_verify=False, auth_file=Path("/auth.json"))
    assert " ".join(connection.words) == "--authfile /auth.json --tls-verify false"
