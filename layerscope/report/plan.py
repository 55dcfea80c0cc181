"""A plan: what would be dropped or squashed, what that saves, and which change of the build does it."""

import shlex
from collections.abc import Iterator

from layerscope.display import display
from layerscope.filesystem.nodes import Nodes
from layerscope.insight.accounting import Accounting
from layerscope.insight.marks import Changes, Extent, Mark
from layerscope.insight.saving import Saving
from layerscope.insight.savings import find_savings
from layerscope.insight.what_if import marked_versions, saved_by
from layerscope.oci import Image
from layerscope.report.instruction import instruction
from layerscope.report.table import natural_size
from layerscope.report.waste import advice_of


def plan_lines(image: Image, account: Accounting, changes: Changes) -> list[str]:
    """The plan as text, safe for display; the total counts what several changes drop once."""
    lines = [f"{display(image.reference)}: {_amount(image, account, changes)}"]
    savings = find_savings(account)
    for mark in changes.marks:
        lines += ["", *_path(image, account, mark, savings)]
    for layer in changes.layers:
        lines += ["", f"Drop layer {layer}: {_amount(image, account, Changes(layers=(layer,)))}"]
        lines += [_step(image, layer), f"  remove the instruction of layer {layer}"]
    for first, last in changes.squashed:
        lines += ["", f"Squash layers {first} to {last}: {_amount(image, account, Changes(squashed=((first, last),)))}"]
        lines += [_step(image, layer) for layer in range(first, last + 1)]
        lines.append("  do this in one RUN, or in a stage of its own from which one COPY takes the result")
    for saving in savings:
        if saving.mark in changes.savings:
            amount = _amount(image, account, Changes(savings=(saving.mark,)))
            lines += ["", f"Save {display(saving.title)}: {amount}"]
            lines += [_step(image, saving.layer), f"  {_advice(image, saving)}"]
    return lines


def _amount(image: Image, account: Accounting, changes: Changes) -> str:
    saved = saved_by(account, changes)
    wasted = f", {natural_size(saved.wasted_size)} of it wasted" if saved.wasted_size else ""
    pull = f", about {natural_size(saved.compressed_size)} of the pull" if image.is_pull_known else ""
    return f"saves {natural_size(saved.size)} unpacked{wasted}{pull}"


def _path(image: Image, account: Accounting, mark: Mark, savings: list[Saving]) -> Iterator[str]:
    """One mark: what it saves, the layers that ship it, and the changes to the build."""
    stack = account.stack
    what = "dead versions of " if mark.extent is Extent.DEAD else ""
    yield f"Drop {what}/{display(mark.path)}: {_amount(image, account, Changes((mark,)))}"
    layers = sorted(set(stack.versions.born[marked_versions(stack, mark)].tolist()))
    concerning = [saving for saving in savings if _concerns(stack.nodes, mark, saving)]
    for layer in layers:
        yield _step(image, layer)
        advice = [f"  {_advice(image, saving)}" for saving in concerning if saving.layer == layer]
        yield from advice or [f"  {_change(image.layers[layer].command, mark.path, layer)}"]


def _advice(image: Image, saving: Saving) -> str:
    return display(advice_of(saving, image.layers[saving.layer].command))


def _concerns(nodes: Nodes, mark: Mark, saving: Saving) -> bool:
    """Whether a saving is about a path that is marked."""
    top = nodes.find(mark.path)
    return top is not None and any(top <= node < nodes.ends[top] for node in saving.nodes)


def _step(image: Image, layer: int) -> str:
    return f"  layer {layer}: {instruction(image.layers[layer].command) or 'no instruction is recorded'}"


def _change(command: str, path: bytes, layer: int) -> str:
    """What to do about a path that a layer writes and that nothing else advises about."""
    shown = display(path)
    words = instruction(command).split(maxsplit=1)
    kind = words[0].upper() if words else ""
    if kind == "RUN":
        return f"add `rm -rf {shlex.quote(f'/{shown}')}` at the end of the RUN of layer {layer}"
    if kind in ("COPY", "ADD") and not words[1].startswith("file:"):
        return f"list `{shown.rpartition('/')[2]}` in `.dockerignore`, or copy less in layer {layer}"
    return f"choose a base image without /{shown}, or build layer {layer} without it"
