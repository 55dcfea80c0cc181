"""layerscope beside what a user would run instead, on the same images in a registry of this machine.

For each tool: wall time, processor time, peak memory of the largest process, and the wall time in relation to layerscope
without its cache. LAYERSCOPE_BENCH_SCALE makes the images smaller, LAYERSCOPE_BENCH_IMAGES names those to measure. If
LAYERSCOPE_BENCH_README is set, and all images have their full size, the table is put into README.
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

from figures import Row
from peer_images import IMAGES, SCALE, peer_image
from support.real_registry import RealRegistry

HERE = Path(__file__).parent
README = HERE.parent.parent / "README.md"
SECTION = re.compile(r"<!-- peers -->.*<!-- end of peers -->", re.DOTALL)
WANTED = os.environ.get("LAYERSCOPE_BENCH_IMAGES", ",".join(IMAGES)).split(",")
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
    if "LAYERSCOPE_BENCH_README" in os.environ and SCALE == 1 and set(WANTED) == set(IMAGES):
        write_table(rows)


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
    """Put the table into README, in place of the last one."""
    lines = [f"Measured on {os.cpu_count()} cores, {platform.processor() or platform.machine()}:", ""]
    lines += ["| image | tool | wall | CPU | peak memory | ratio |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    for image, tool, spent, ratio in rows:
        figures = f"{spent.wall:.2f} s | {spent.cpu:.1f} s | {spent.memory / 1e6:.0f} MB | {ratio:.2f}"
        lines.append(f"| {image} | {tool} | {figures} |")
    table = "\n".join(("<!-- peers -->", *lines, "<!-- end of peers -->"))
    text = README.read_text()
    README.write_text(SECTION.sub(lambda _: table, text) if SECTION.search(text) else f"{text}\n## Speed\n\n{table}\n")
