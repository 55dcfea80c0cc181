import pytest

from layerscope.secrets.detector import ASSIGNMENT, MASK, MAX_PIECES, Secret, decode, encode, find, masked

CANARY = "tr0ub4dor-and-3"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "Private Key"),
        ("aws_access_key_id = AKIAIOSFODNN7ABCDEFG", "AWS Access Key"),
        ("remote = https://bob:hunter22@example.com/x", "Basic Auth Credentials"),
        ("t = ghp_abcdefghijklmnopqrstuvwxyzABCDEF1234", "GitHub Token"),
        ("//registry.npmjs.org/:_authToken=0a1b2c3d-4e5f", ASSIGNMENT),
        (f"DB_PASSWORD={CANARY}", ASSIGNMENT),
        (f'  "client_secret": "{CANARY}",', ASSIGNMENT),
        (f"password: '{CANARY}'", ASSIGNMENT),
    ],
)
def test_a_secret_is_found_with_its_line(line, kind):
    assert Secret(kind, 2) in find(f"first = 1\n{line}\nlast = 1\n".encode())


@pytest.mark.parametrize(
    "line",
    [
        "password = changeme",
        "password=${DB_PASSWORD}",
        "# password = hunter2hunter2",
        "passwd: files systemd",
        "secret_file = /run/secrets/1234567",
        "tokenizer = whitespace",
        "sort_key: name_of_column",
        "url = https://example.com/a:b",
        "password =",
    ],
)
def test_placeholders_and_comments_are_no_secrets(line):
    assert find(line.encode()) == []


def test_of_a_text_with_many_suspicious_places_a_limited_number_is_examined():
    assert len(find(f"password = {CANARY}\n".encode() * 5000)) == MAX_PIECES


def test_a_mask_replaces_each_secret_of_a_command():
    command = f"|1 NPM_TOKEN={CANARY} /bin/sh -c curl https://u:p4ssw0rd@host/ && make"
    assert masked(command) == f"|1 NPM_TOKEN={MASK} /bin/sh -c curl https://u:{MASK}@host/ && make"


def test_places_of_secrets_can_be_kept_and_damaged_ones_are_left_out():
    secrets = [Secret(ASSIGNMENT, 3), Secret("Private Key", 70)]
    assert decode(encode(secrets)) == secrets
    assert decode(b"junk\n\xff 1\n999999999999 x") == []
