"""Rules for the location and the mirrors of images (containers-registries.conf(5))."""

from collections.abc import Iterable
from dataclasses import dataclass

_WILDCARD = "*."


@dataclass(frozen=True, slots=True)
class Mirror:
    """Another location of the images of a rule; `location` is `host[:port][/path]`."""

    location: str
    insecure: bool = False
    by_tag: bool = True
    by_digest: bool = True


@dataclass(frozen=True, slots=True)
class RegistryRule:
    """A rule for images whose name starts with `prefix`: `host[:port][/path]`, or `*.domain`."""

    prefix: str
    location: str = ""
    insecure: bool = False
    blocked: bool = False
    mirrors: tuple[Mirror, ...] = ()

    def rest(self, name: str) -> str | None:
        """The rest of the name of an image after the prefix, with its slash; None if the rule is for other images.

        The case matters in paths, not in hosts (RFC 3986 section 3.2.2).
        """
        name, prefix = _with_lower_host(name), _with_lower_host(self.prefix)
        if prefix.startswith(_WILDCARD):
            domain, slash, path = name.partition("/")
            return slash + path if domain.partition(":")[0].endswith(prefix[1:]) else None
        rest = name.removeprefix(prefix)
        return rest if name.startswith(prefix) and rest[:1] in ("", "/") else None


def _with_lower_host(name: str) -> str:
    host, slash, path = name.partition("/")
    return host.lower() + slash + path


def rule_for(name: str, rules: Iterable[RegistryRule]) -> RegistryRule | None:
    """The rule for a name: of several, the one with the longest prefix."""
    fitting = [rule for rule in rules if rule.rest(name) is not None]
    return max(fitting, key=lambda rule: len(rule.prefix), default=None)


def mirrors_of(name: str, rule: RegistryRule, *, by_digest: bool) -> list[str]:
    """The names of an image on the mirrors of its rule, in the order to try them."""
    rest = rule.rest(name) or ""
    return [mirror.location + rest for mirror in rule.mirrors if (mirror.by_digest if by_digest else mirror.by_tag)]


def mapped_name(name: str, rule: RegistryRule) -> str:
    """The name of an image at the location of its rule."""
    return rule.location + (rule.rest(name) or "") if rule.location else name
