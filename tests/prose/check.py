"""`make check`: lint the prose of layerscope with proselint, and with the phrases that `words.toml` adds to it."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from proselint.checks import __register__ as known_checks
from proselint.config import Config
from proselint.registry import CheckRegistry
from proselint.registry.checks import Check, CheckFlags
from proselint.registry.checks.engine import Fancy
from proselint.registry.checks.types import PreferredForms
from proselint.tools import LintFile

from prose.python_prose import docstrings, name_words, prose

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text())
ROOT = Path(__file__).parents[2]
_OWN = "layerscope"


def main() -> int:
    findings = [f"{path.relative_to(ROOT)}:{found}" for path in paths() for found in lint(path.name, path.read_text())]
    findings += too_many_wheres(path.read_text() for path in sorted((ROOT / "layerscope").rglob("*.py")))
    print(*findings, f"{len(findings)} phrases to change", sep="\n")
    return int(bool(findings))


def paths() -> Iterator[Path]:
    for name in WORDS["paths"]:
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else (path,)


def lint(name: str, text: str) -> Iterator[str]:
    """`LINE:COLUMN: MESSAGE` for each phrase, `LINE: MESSAGE` for each name."""
    is_code = name.endswith(".py")
    config = Config(max_errors=1000, checks=dict.fromkeys((*WORDS["proselint"], _OWN), True))
    for result in LintFile(name, prose(text) if is_code else text).lint(config):
        line, column = result.pos
        yield f"{line}:{column}: {' '.join(result.check_result.message.split())}"
    for line, word in name_words(text) if is_code else ():
        if word in WORDS["names"]:
            yield f"{line}: '{word}' in a name: {WORDS['names'][word]}"


def too_many_wheres(sources: Iterator[str]) -> Iterator[str]:
    """`where` is right for a place and wrong for a condition; only a reader can tell, so their number is limited."""
    most = WORDS["most_docstrings_with_where"]
    texts = (text for source in sources for text in docstrings(source))
    count = sum(bool(re.search(r"\bwhere\b", text, re.IGNORECASE)) for text in texts)
    if count > most:
        yield f"{count} docstrings say 'where', more than {most}: write 'if' for a condition"


def _dialect() -> Check:
    phrases = {rf"(?:{phrase})".replace(" ", r"\s+"): advice for phrase, advice in WORDS["dialect"].items()}
    flags = CheckFlags(allow_quotes=True)
    return Check(PreferredForms(phrases), Fancy(), path=_OWN, message="'{1}': write {0}", flags=flags)


CheckRegistry().register_many((*known_checks, _dialect()))

if __name__ == "__main__":
    sys.exit(main())
