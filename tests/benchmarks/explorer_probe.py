"""The explorer with a stopwatch: `python explorer_probe.py IMAGE FIGURES` runs it on this terminal.

When it ends it writes to FIGURES, as JSON, the seconds at which it was started, painted its first frame, had the
history, had everything, and for each key when it was heard and when the frames after it were on the terminal. `found`
has for each text that was looked for when what was found was on the terminal.
"""

import json
import sys
import time
from pathlib import Path

STARTED = time.time()

from layerscope.sources.open import open_store  # noqa: E402 - what is imported is part of what is measured
from layerscope.tui.app import ExplorerApp  # noqa: E402 - the same
from layerscope.tui.opener import Opener  # noqa: E402 - the same
from layerscope.tui.state.trail import ImageLocation  # noqa: E402 - the same


class Probe(ExplorerApp):
    def __init__(self, image, target):
        super().__init__(ImageLocation(image), Opener(lambda text, _listener: open_store(text), connect=None))
        self.figures = {"started": STARTED, "keys": [], "frames": [], "found": {}}
        self._target = target

    def _display(self, screen, renderable):
        super()._display(screen, renderable)
        now = time.time()
        self.figures["frames"].append(now)
        explorer = next(iter(self._screens.values()))
        session, browser = explorer.session, explorer.browser
        search = browser.state.search
        if search and not browser.is_searching:
            self.figures["found"].setdefault(search.text, now)
        if session.image and "history" not in self.figures:
            self.figures["history"] = now
        if session.is_complete and "complete" not in self.figures:
            self.figures["complete"] = now

    async def on_event(self, event):
        if type(event).__name__ == "Key":
            self.figures["keys"].append([event.key, time.time() - (time.monotonic() - event.time)])
        await super().on_event(event)

    def done(self):
        memory = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
        Path(self._target).write_text(json.dumps({**self.figures, "memory": int(memory) * 1024}))


if __name__ == "__main__":
    probe = Probe(*sys.argv[1:])
    try:
        probe.run()
    finally:
        probe.stop()
        probe.done()
    if probe.crash:
        raise probe.crash
