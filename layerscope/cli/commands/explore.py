"""The explorer: `explore`, `demo`."""

from functools import partial

import click

from layerscope.cli.command import command
from layerscope.cli.commands.registry import print_repositories, print_tags
from layerscope.cli.console import damage, stdout
from layerscope.cli.exploring import is_interactive, run_explorer
from layerscope.cli.image_request import ImageRequest, listing_image_command
from layerscope.cli.options import platform_option, verbose_option
from layerscope.oci import Platform


@command("explore IMAGE", "explore oci:DIR:TAG --platform linux/amd64")
@listing_image_command
def explore(request: ImageRequest) -> None:
    """Explore an image on the terminal; in a pipe, print an overview."""
    show(request, remembers=True)


@command("demo", "demo --serve-only")
@partial(platform_option, summary="Open the sample image for this platform, for example linux/arm64.")
@verbose_option
@click.option("--serve-only", is_flag=True, help="Print the reference of the sample image, and serve it until Ctrl+C.")
def demo(platform: Platform | None, *, serve_only: bool) -> None:
    """Explore a sample image from a small registry on this machine."""
    from layerscope.demo.serving import serve_sample_image

    with serve_sample_image() as reference:
        if serve_only:
            _serve(reference)
        else:
            show(ImageRequest(reference, platform))


def show(request: ImageRequest, *, remembers: bool = False) -> None:
    """Run the explorer on a terminal; otherwise print the overview of an image.

    A registry is listed by its repositories, a repository by its tags. On a terminal, an empty name shows what can be
    opened. `remembers` says whether the explorer offers it there the next time.
    """
    from layerscope.oci.collection import Registry
    from layerscope.sources.open import named_collection

    interactive = is_interactive(uses_stdin=request.uses_stdin)
    if interactive and not request.text:
        from layerscope.tui.state.trail import Start

        run_explorer(Start(), request, remembers=True)
        return
    collection = named_collection(request.text)
    if interactive:
        from layerscope.tui.state.trail import location_of

        run_explorer(location_of(request.text), request, remembers=remembers)
    elif isinstance(collection, Registry):
        print_repositories(collection.domain, request.connection)
    elif collection:
        print_tags(collection.reference, request.connection)
    else:
        _print_overview(request)


def _print_overview(request: ImageRequest) -> None:
    analysis = request.load()
    from layerscope.report.overview import overview_lines

    stdout.write_lines(overview_lines(analysis, stdout.terminal_width()))
    damage.report(analysis)


def _serve(reference: str) -> None:
    """Wait for a signal; Ctrl+C is the normal end."""
    import signal

    stdout.write_lines([reference])
    try:
        signal.pause()
    except KeyboardInterrupt:
        return
