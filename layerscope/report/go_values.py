"""Values that builders record as Go prints them, in the spelling of a Dockerfile."""

import re
from collections.abc import Callable
from itertools import pairwise

_STRING = r'"(?:[^"\\]|\\.)*"'
_STRINGS = re.compile(rf"\[({_STRING}(?: {_STRING})*)\]")
_BARE_LIST = re.compile(r"\[([^\[\]\"]*)\]")
_PORT_MAP = re.compile(r"map\[([^\[\]]*)\]")
_COPIED = re.compile(r"((?:file|dir|multi):[0-9a-f]+) in (\S.*)")
_HEALTH = re.compile(
    rf"&\{{\[({_STRING}(?: {_STRING})*)\] "
    rf"\"(?P<interval>\w+)\" \"(?P<timeout>\w+)\" \"(?P<start>\w+)\" (?:\"(?P<between>\w+)\" )?'(?P<retries>[^']+)'\}}"
)
_KEY = re.compile(r"(?:^|(?<= ))[\w./-]+=")
_NONE = ("", "0s")


def from_go(text: str) -> str:
    """The instruction with its value as a Dockerfile has it; text in another form stays as it is."""
    name, _, value = text.partition(" ")
    convert = _CONVERSIONS.get(name)
    converted = convert(value.strip()) if convert else None
    return f"{name} {converted}" if converted else text


def _exec_form(value: str) -> str | None:
    """`["a" "b"]`, a Go slice, as the JSON array `["a", "b"]`."""
    match = _STRINGS.fullmatch(value)
    return f"[{', '.join(re.findall(_STRING, match[1]))}]" if match else None


def _list_form(value: str) -> str | None:
    """`[/data /tmp]` as `["/data", "/tmp"]`."""
    match = _BARE_LIST.fullmatch(value)
    return f"[{', '.join(f'{chr(34)}{part}{chr(34)}' for part in match[1].split())}]" if match else None


def _ports(value: str) -> str | None:
    """`map[443/tcp:{} 80/tcp:{}]` or `[80/tcp]` as `443/tcp 80/tcp`."""
    match = _PORT_MAP.fullmatch(value) or _BARE_LIST.fullmatch(value)
    return match[1].replace(":{}", "") if match else None


def _copied(value: str) -> str | None:
    """`file:SUM in /path`, of the classic builder, as `file:SUM /path`."""
    match = _COPIED.search(value)
    return f"{value[: match.start()]}{match[1]} {match[2]}" if match else None


def _pairs(value: str) -> str | None:
    """`A=b c D=e`, recorded without its quotes, as `A="b c" D=e`."""
    starts = [match.start() for match in _KEY.finditer(value)]
    if not starts or starts[0]:
        return None
    return " ".join(_quoted(value[start:end].strip()) for start, end in pairwise([*starts, None]))


def _quoted(pair: str) -> str:
    key, _, value = pair.partition("=")
    if value[:1] in ('"', "'") or not re.search(r"\s", value):
        return pair
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{key}="{escaped}"'


def _health(value: str) -> str | None:
    r"""`&{["CMD-SHELL" "curl"] "30s" "3s" "0s" '\x03'}`: test, interval, timeout, start period, retries."""
    match = _HEALTH.fullmatch(value)
    if match is None:
        return None
    kind, *words = re.findall(_STRING, match[1])
    if kind == '"NONE"':
        return "NONE"
    command = " ".join(words)[1:-1] if kind == '"CMD-SHELL"' else f"[{', '.join(words)}]"
    flags = (
        ("interval", match["interval"]),
        ("timeout", match["timeout"]),
        ("start-period", match["start"]),
        ("start-interval", match["between"] or ""),
        ("retries", _rune(match["retries"])),
    )
    return " ".join([*(f"--{name}={flag}" for name, flag in flags if flag not in _NONE), "CMD", command])


def _rune(text: str) -> str:
    r"""A small number that Go printed as a character, `\x03` or `\n`."""
    number = {r"\a": 7, r"\b": 8, r"\t": 9, r"\n": 10, r"\v": 11, r"\f": 12, r"\r": 13}.get(text)
    if number is None:
        number = int(text.removeprefix("\\x"), 16) if re.fullmatch(r"\\x[0-9a-f]{2}", text) else ord(text[-1])
    return str(number or "")


_CONVERSIONS: dict[str, Callable[[str], str | None]] = {
    "ENV": _pairs,
    "LABEL": _pairs,
    "CMD": _exec_form,
    "ENTRYPOINT": _exec_form,
    "SHELL": lambda value: _exec_form(value) or _list_form(value),
    "VOLUME": lambda value: _exec_form(value) or _list_form(value),
    "EXPOSE": _ports,
    "ADD": _copied,
    "COPY": _copied,
    "HEALTHCHECK": _health,
}
