"""Pass on the warnings (distribution-spec, "Warnings") and rate limits in answers, each once."""

import re
import threading

from layerscope.display import display
from layerscope.registry.http.answer import Answer
from layerscope.registry.http.events import Listener, Notice, RegistryEvent
from layerscope.registry.http.rate_limit import rate_limit

_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.){0,2000})"')
_ESCAPED = re.compile(r"\\(.)")
_SHOWN_LENGTH = 300
_MAX_REMEMBERED = 1000
"""A limit for a registry whose warnings are always new."""


class NewEvents:
    """Passes on each event once. May be used by several threads."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._passed_on: set[RegistryEvent] = set()
        self._lock = threading.Lock()

    def read(self, answer: Answer) -> None:
        """Pass on the new events in the header fields of an answer."""
        events: list[RegistryEvent] = [*_warnings(answer)]
        limit = rate_limit(answer)
        if limit:
            events.append(limit)
        for event in events:
            if self._is_new(event):
                self._listener(event)

    def _is_new(self, event: RegistryEvent) -> bool:
        with self._lock:
            if event in self._passed_on or len(self._passed_on) >= _MAX_REMEMBERED:
                return False
            self._passed_on.add(event)
            return True


def _warnings(answer: Answer) -> list[Notice]:
    quoted = [words for field in answer.headers.get_list("warning") for words in _WARNING.findall(field)]
    shown = [display(_ESCAPED.sub(r"\1", words), limit=_SHOWN_LENGTH) for words in quoted]
    return [Notice(f"`{answer.host}` warns: {words}") for words in shown]
