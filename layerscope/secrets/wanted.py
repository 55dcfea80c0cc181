"""Which files may have secrets, by their names."""

import re

from layerscope.packages.passing import Whole

MAX_SIZE = 1 << 16
"""Bytes; a larger file is not examined."""

ENDINGS = frozenset((
    b".env", b"ocal", b"tion", b"ials", b"pmrc", b"pirc", b"etrc", b"rnrc", b"3cfg", b"pass", b".cnf", b"sswd", b"_rsa",
    b"_dsa", b"cdsa", b"5519", b".pem", b".key", b".ppk", b"tory", b"ties", b".ini", b".cfg", b"conf", b"toml", b".yml",
    b"yaml", b"vars", b"tate", b"nfig",
))  # fmt: skip
"""The last four bytes of the names that are wanted, except those below: a fast first test."""
COMMON_ENDINGS = frozenset((
    b"als.json", b"fig.json", b"ets.json", b"unt.json", b"ngs.json", b"uth.json", b"ings.xml", b"tings.py", b"nfig.php",
))  # fmt: skip
"""The last eight bytes of wanted names whose last four bytes many files have."""

_KEYS = re.compile(
    rb"(?:"
    rb"\.env(?:\.local|\.production)?|[^/]+\.env|(?:\.git-)?credentials|\.(?:npm|pypi|net|yarn)rc|_netrc|\.s3cfg"
    rb"|\.pgpass|\.?my\.cnf|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)|\.(?:ba|z)?sh_history"
    rb"|[^/]+\.(?:pem|key|ppk|tfvars|tfstate)|[^/]*(?:credentials|secrets|account|auth)\.json"
    rb")"
)
"""Files for keys and passwords."""
_CONFIGS = re.compile(
    rb"[^/]+\.(?:properties|ini|cfg|conf|toml|yml|yaml)|[^/]*(?:config|[sS]ettings)\.json|settings\.xml|[^/]*settings\.py"
    rb"|[^/]*config\.php"
)
"""Configuration, which is not examined if it belongs to a library."""
_LIBRARIES = re.compile(
    rb"(?:^|/)(?:usr/lib\w*|usr/share|lib/python[^/]*|site-packages|dist-packages|node_modules|vendor|gems)/"
)
_CONFIG_DIRECTORIES = (b".git/config", b".kube/config", b".docker/config.json")


def passing(name: bytes, size: int) -> Whole | None:
    """What takes the bytes of a file of that name, to look for secrets in them; None if the file is not examined."""
    return Whole(MAX_SIZE) if size <= MAX_SIZE and _is_wanted(name) else None


def _is_wanted(name: bytes) -> bool:
    last = name.rpartition(b"/")[2]
    if _KEYS.fullmatch(last) or name.endswith(_CONFIG_DIRECTORIES):
        return True
    return bool(_CONFIGS.fullmatch(last)) and not _LIBRARIES.search(name)
