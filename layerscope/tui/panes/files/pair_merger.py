"""The job that merges two images into one table, once both are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerscope.tui.panes.pane import Job
from layerscope.tui.state.changed import Changed

if TYPE_CHECKING:
    from layerscope.insight.image_diff import ImageDiff
    from layerscope.tui.rows.tree_browser import TreeBrowser
    from layerscope.tui.state.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class MergedPair:
    """The files of both images, and how these differ."""

    files: TreeBrowser
    diff: ImageDiff


class PairMerger(Job["tuple[Session, ...]", MergedPair]):
    """Merges when no layer of either image is to come: until then, every path of one image would seem to be new."""

    name = "pair merger"
    only_latest = True
    follows = Changed.LAYER

    def update(self, what: Changed) -> None:  # noqa: ARG002 - it follows one thing
        """Merge, if all layers were read or have failed."""
        session = self.explorer.browser.session
        if session.base and session.is_read and not session.is_same_image:
            self.ask(session.images)

    def work(self, request: tuple[Session, ...]) -> MergedPair:
        """Merge, and compute what the first frame shows, so that the frame does not wait for it."""
        from layerscope.filesystem.pair_stack import PairStack  # noqa: PLC0415 - numpy loads after the first frame
        from layerscope.insight.analysis import Analysis  # noqa: PLC0415 - the same
        from layerscope.insight.image_diff import ImageDiff  # noqa: PLC0415 - the same
        from layerscope.tui.rows.tree_browser import TreeBrowser  # noqa: PLC0415 - the same

        analyses = [Analysis.of(session.image, session.layer_contents) for session in request if session.image]
        diff = ImageDiff.of(*analyses)
        for analysis in (diff.before, diff.after):
            _ = analysis.accounting.layers, analysis.accounting.compressed_layers, analysis.change_counts
        _ = diff.first_difference, diff.config, diff.layers
        shared = frozenset(pair.after.number for pair in diff.layers.shared)
        stack = PairStack.of(diff.before.stack, diff.after.stack, shared)
        browser = self.explorer.browser
        return MergedPair(TreeBrowser(stack, browser.session, browser.state), diff)

    def take(self, result: MergedPair) -> None:
        """Show the new table; the base keeps a stack of its own, from which its files are saved."""
        browser, diff = self.explorer.browser, result.diff
        stacks = diff.before.stack, result.files.stack
        for session, stack, analysis in zip(browser.session.images, stacks, (diff.before, diff.after), strict=True):
            session.take(stack, session.layer_count, analysis.accounting, analysis.change_counts)
        browser.session.diff = diff
        browser.files = result.files
        self.explorer.changed(Changed.TABLE)
