"""What if: what is marked, the job that says what that saves, and the one that makes the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.insight.marks import Changes, Mark, SavingMark
from layerscope.tui.lines.fields import count_text, natural_size
from layerscope.tui.panes.copying import copy, say
from layerscope.tui.panes.pane import Explorer, Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.what_if import Saved
    from layerscope.oci import Image

Request = tuple["Accounting", Changes]


class Estimator(Job[Request, tuple[Request, "Saved"]]):
    """Adds up what the marked changes save, once all layers are read."""

    name = "what-if"
    follows = Changed.MARKED | Changed.TABLE

    def update(self, what: Changed) -> None:  # noqa: ARG002 - both change the figures
        """Forget the figures, and ask for those of now."""
        session, changes = self.explorer.browser.session, self.explorer.browser.state.changes
        session.saved = None
        if session.accounting is not None and changes.count:
            self.ask((session.accounting, changes))

    def work(self, request: Request) -> tuple[Request, Saved]:
        """The figures of the changes."""
        from layerscope.insight.what_if import saved_by  # noqa: PLC0415 - numpy loads after the first frame

        return request, saved_by(*request)

    def take(self, result: tuple[Request, Saved]) -> None:
        """Show the figures, unless something else is marked by now."""
        browser = self.explorer.browser
        if result[0] == (browser.session.accounting, browser.state.changes):
            browser.session.saved = result[1]
            self.explorer.changed(Changed.SAVED)


class Planner(Job["tuple[Image, Accounting, Changes]", str]):
    """Makes the plan of the marked changes, and copies it."""

    name = "planner"

    def work(self, request: tuple[Image, Accounting, Changes]) -> str:
        """The plan as text."""
        from layerscope.report.plan import plan_lines  # noqa: PLC0415 - numpy loads after the first frame

        return "\n".join(plan_lines(*request)) + "\n"

    def take(self, result: str) -> None:
        """Copy the plan."""
        browser = self.explorer.browser
        saved = f", saves {natural_size(browser.session.saved.size)}" if browser.session.saved else ""
        copy(self.explorer.app, result, f"the plan: {count_text(browser.state.changes.count, 'mark')}{saved}")


def toggle(explorer: Explorer, change: Mark | SavingMark | int | tuple[int, int]) -> None:
    """Mark a path, a saving, a layer or a range, or remove its mark."""
    state = explorer.browser.state
    if state.in_pair:
        say(explorer.app, "nothing is marked while two images are compared; open one of them alone")
        return
    state.changes = state.changes.toggled(change)
    explorer.changed(Changed.MARKED)


def squash(explorer: Explorer) -> None:
    """Mark the range to be made into one layer."""
    layers = explorer.browser.state.scope.layers
    if explorer.browser.state.whole or len(layers) < 2:
        say(explorer.app, "no range is shown; m starts one, Q marks it")
    else:
        toggle(explorer, (layers.start, layers.stop - 1))


def clear(explorer: Explorer) -> bool:
    """Remove all marks; returns whether there were any."""
    state = explorer.browser.state
    if not state.changes.count:
        return False
    state.changes = Changes()
    explorer.changed(Changed.MARKED)
    return True


def clear_all(explorer: Explorer) -> None:
    """Remove all marks, or say that there are none."""
    if not clear(explorer):
        say(explorer.app, NOTHING)


def copy_plan(explorer: Explorer) -> None:
    """Copy the marked changes as text."""
    session, changes = explorer.browser.session, explorer.browser.state.changes
    if not changes.count:
        say(explorer.app, NOTHING)
    elif session.saved is None or session.image is None or session.accounting is None:
        say(explorer.app, "the plan is ready once all layers are read")
    else:
        explorer.part(Planner).ask((session.image, session.accounting, changes))


NOTHING = "nothing is marked; space marks a path or a layer"
