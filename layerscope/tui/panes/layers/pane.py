"""The layers pane: every step of the history, with the layer that it made."""

from collections.abc import Sequence

from layerscope.tui.lines.comparison_lines import comparison_lines
from layerscope.tui.lines.fields import dim_line, natural_size
from layerscope.tui.lines.layer_details import row_details
from layerscope.tui.lines.layer_lines import layer_heading, layer_line
from layerscope.tui.lines.spans import Line
from layerscope.tui.panes.layers.base_finder import BaseFinder
from layerscope.tui.panes.layers.keys import KEYS
from layerscope.tui.panes.layers.loader import Loader
from layerscope.tui.panes.marking import Estimator, Planner
from layerscope.tui.panes.pane import Details, Explorer, Pane
from layerscope.tui.rows.browser import LayerRow, layer_rows, shares_of_base, step_order
from layerscope.tui.rows.image_command import layers_command, pair_command
from layerscope.tui.state.changed import Changed
from layerscope.tui.state.view_state import LayerOrder
from layerscope.tui.widgets.line_view import changed_rows

_SHARE = "share"
_ORDERS = {"#": LayerOrder.NUMBER, "pull": LayerOrder.PULL, "size": LayerOrder.SIZE, _SHARE: LayerOrder.SIZE}
"""By the heads of the columns."""


class LayersPane(Pane):
    """Draws the steps, and puts the selected one into the state."""

    NAME = "layers"
    KEYS = KEYS
    PARTS = (Loader, Estimator, Planner, BaseFinder)
    follows = Changed.LOADED | Changed.PROGRESS | Changed.SCOPE | Changed.MARKED

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._rows: Sequence[LayerRow] = ()
        self._steps: list[int] = []
        self.set_title("Layers")

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it draws only rows that differ
        """Draw the steps as they are now."""
        browser = self.explorer.browser
        rows = layer_rows(browser.history, browser.session, browser.state)
        order = browser.state.layer_order
        self._steps = step_order(rows, order)
        rows = [rows[step] for step in self._steps]
        changed, self._rows = changed_rows(self._rows, rows), rows
        shares = shares_of_base(browser.session, browser.state)
        parts = [f"base {natural_size(shares[0])}, mine {natural_size(shares[1])}"] if shares else []
        self.set_subtitle(", ".join(parts if order is LayerOrder.NUMBER else [*parts, f"by {order.value}"]))
        self.lines_changed(self._steps.index(browser.state.step) if rows else 0, changed)

    def cursor_moved(self) -> None:
        """Select another step."""
        self.explorer.browser.select_step(self._steps[self.cursor])
        self.explorer.changed(Changed.SCOPE)

    def sort_by(self, head: str) -> bool:
        """Sort by a column; a second click on the shares sorts by their dead part."""
        order = _ORDERS.get(head)
        if order is None:
            return False
        state = self.explorer.browser.state
        is_second = head == _SHARE and state.layer_order is order
        state.layer_order = LayerOrder.WASTE if is_second else order
        self.explorer.changed(Changed.SCOPE)
        return True

    def step_back(self) -> bool:
        """Go back from a range to a layer."""
        state = self.explorer.browser.state
        if state.anchor is None:
            return False
        state.anchor = None
        self.explorer.changed(Changed.SCOPE)
        return True

    def describe(self) -> Details:
        """The step, its layer, and the fate of its bytes."""
        browser = self.explorer.browser
        if not browser.history:
            return "Layer", lambda _width: dim_line("the manifest is not read yet")
        row = browser.history[browser.state.step]
        if row.is_pair:
            return "From A to B", lambda width: comparison_lines(browser.session, width)
        title = "Step without a layer" if row.layer is None else f"Layer {browser.session.place(row.layer)[1]}"
        return title, lambda width: row_details(browser.session, row, width)

    @property
    def command(self) -> str:
        """The command line that prints the layers."""
        browser = self.explorer.browser
        if browser.state.is_on_pair:
            return pair_command(browser.session)
        return layers_command(browser.session.place(browser.state.layer)[0])

    @property
    def line_count(self) -> int:
        """One line per step."""
        return len(self._rows)

    def heading(self, width: int) -> Line:
        """The heads of the columns."""
        return layer_heading(width, in_pair=self.explorer.browser.state.in_pair)

    def line(self, row: int, width: int) -> Line:
        """One step."""
        return layer_line(self._rows[row], width)
