"""The commands on images in a real registry, compared with other tools on the same bytes."""

import gzip
import hashlib
import json
import os
import posixpath
import shutil
import stat
import subprocess

import pytest

from support.images import build_image, build_index
from support.local_images import layout_files, named, write_directory
from support.real_registry import RealRegistry
from support.tars import directory, file, hardlink, symlink

pytestmark = pytest.mark.real("docker-registry", "skopeo", "umoci", "tar", "jq", "curl")

MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
LAYERS = (
    [
        directory("./"),
        directory("./bin/", mode=0o755),
        file("./bin/busybox", os.urandom(3000), mode=0o755, mtime=1_700_000_000),
        symlink("./bin/sh", "busybox"),
        hardlink("./bin/ls", "./bin/busybox", mode=0o755),
        directory("./etc/"),
        file("./etc/passwd", b"root:x:0:0\n", mode=0o644),
        file("./etc/shadow", b"root:*\n", mode=0o640, gid=42),
        directory("./var/cache/", mode=0o700, uid=33, gid=33),
        file("./var/cache/list", b"l" * 4000),
        file("./" + "long/" * 30 + "name", b"deep"),
    ],
    [
        directory("opt/"),
        file("opt/app", b"app" * 100, mode=0o4755, uid=1000, gid=1000),
        file("etc/passwd", b"root:x:0:0\napp:x:1000\n", mode=0o600),
        file("größe", b"utf-8"),
    ],
    [
        file("var/cache/.wh..wh..opq"),
        directory("var/cache/", mode=0o750),
        file("var/cache/fresh", b"f"),
        file("etc/.wh.shadow"),
        file("opt/.wh.app"),
        directory("opt/app/"),
        file("opt/app/file", b"type changed"),
    ],
)
DOCKERFILE = """
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV NAME=value
RUN mkdir -p /var/lists && echo list > /var/lists/a && chmod 700 /var
RUN rm -rf /var/lists && ln /bin/busybox /bin/other && chmod 4755 /bin/busybox
"""
HISTORY = [
    {"created": "2024-05-01T00:00:00Z", "created_by": "/bin/sh -c #(nop) ADD file:00 in / "},
    {"created": "2024-05-01T00:00:00Z", "created_by": '/bin/sh -c #(nop)  CMD ["sh"]', "empty_layer": True},
    {"created": "2024-05-02T00:00:00Z", "created_by": "RUN /bin/sh -c install # buildkit", "comment": "buildkit"},
    {"created": "2024-05-03T00:00:00Z", "created_by": "RUN /bin/sh -c clean && tidy # buildkit"},
]


def run(*command, **more):
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, timeout=120, **more)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def skopeo(*arguments):
    return run("skopeo", "--insecure-policy", *arguments)


@pytest.fixture(
    scope="module", params=["oci", "v2s2", pytest.param("buildah", marks=pytest.mark.real("buildah", "busybox"))]
)
def pushed(request, real_registry, tmp_path_factory):
    """The reference of an image that skopeo pushed in one of two formats, or that buildah built and pushed."""
    directory = tmp_path_factory.mktemp("pushed")
    name = f"{real_registry.host}/team/app-{request.param}"
    if request.param == "buildah":
        build_with_buildah(directory, name)
    else:
        image = build_image(LAYERS, HISTORY)
        write_directory(directory, layout_files([named(image, "app")], image))
        to = ("--dest-tls-verify=false", "--format", request.param)
        skopeo("copy", *to, f"oci:{directory}:app", f"docker://{name}")
    return name


def build_with_buildah(directory, name):
    if os.geteuid() != 0:
        pytest.skip("only root can build with buildah everywhere")
    (directory / "Dockerfile").write_text(DOCKERFILE)
    shutil.copy(shutil.which("busybox"), directory / "busybox")
    buildah = ("buildah", "--storage-driver", "vfs", "--root", directory / "root", "--runroot", directory / "run")
    run(*buildah, "build", "--isolation", "chroot", "--layers", "--quiet", "--tag", name, directory)
    run(*buildah, "push", "--quiet", "--tls-verify=false", name, f"docker://{name}")


def fetch(name, kind, target):
    host, _, repository = name.partition("/")
    return run("curl", "-sSf", "-H", f"Accept: {MANIFESTS}", f"http://{host}/v2/{repository}/{kind}/{target}")


def blob_of(name, row):
    return fetch(name, "blobs", row["digest"])


def test_layers_agrees_with_curl_and_jq_on_the_manifest(cli, pushed):
    manifest = fetch(pushed, "manifests", "latest")
    expected = json.loads(run("jq", "[.layers[] | {digest, mediaType, compressedSize: .size}]", input=manifest))
    rows = cli("layers", pushed, "--json").json
    assert [{key: row[key] for key in expected[0]} for row in rows] == expected
    assert cli("inspect", pushed, "--json").json["digest"] == "sha256:" + hashlib.sha256(manifest).hexdigest()


def test_layers_agrees_with_sha256sum_and_wc_on_each_blob(cli, pushed):
    for row in cli("layers", pushed, "--json").json:
        blob = blob_of(pushed, row)
        assert row["digest"] == "sha256:" + run("sha256sum", input=blob).decode().split()[0]
        assert row["compressedSize"] == int(run("wc", "-c", input=blob))
        assert row["diffId"] == "sha256:" + run("sha256sum", input=gzip.decompress(blob)).decode().split()[0]
        assert row["status"] == "verified"


def test_ls_of_a_layer_agrees_with_tar_on_the_blob(cli, pushed):
    for row in cli("layers", pushed, "--json").json:
        listed = run("tar", "--quoting-style=literal", "-tz", input=blob_of(pushed, row)).decode().splitlines()
        assert cli("ls", "-R", "--layer", row["index"], pushed).lines == [posixpath.normpath(line) for line in listed]
        assert row["entryCount"] == len(listed)


def test_history_agrees_with_skopeo(cli, pushed):
    config = json.loads(skopeo("inspect", "--tls-verify=false", "--config", f"docker://{pushed}"))
    expected = [(step["created_by"], step["created"], step.get("empty_layer", False)) for step in config["history"]]
    rows = cli("history", pushed, "--json").json
    assert [(row["command"], row["created"], row["emptyLayer"]) for row in rows[::-1]] == expected


def test_manifest_and_config_are_those_that_skopeo_gets(program, pushed):
    for command, options in (("manifest", ["--raw"]), ("config", ["--raw", "--config"])):
        assert program(command, pushed, "--raw").out.encode() == skopeo(
            "inspect", "--tls-verify=false", *options, f"docker://{pushed}"
        )


def unpacked(root):
    """Every path of a root file system that umoci unpacked, as rows of `ls --json`."""
    return {f"/{path.relative_to(root)}": facts_of_path(path) for path in root.rglob("*")}


def facts_of_path(path):
    status = path.lstat()
    kind = {stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink", stat.S_IFREG: "file"}[stat.S_IFMT(status.st_mode)]
    return {
        "type": kind,
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "owner": (status.st_uid, status.st_gid),
        "size": status.st_size if kind == "file" else 0,
        "link": str(path.readlink()) if kind == "symlink" else None,
    }


def facts_of_row(row):
    return {
        "type": row["type"],
        "mode": row["mode"],
        "owner": (row["uid"], row["gid"]),
        "size": row["size"],
        "link": row["link"],
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can unpack files of other owners")
def test_the_tree_after_the_last_layer_is_what_umoci_unpacks(cli, pushed, tmp_path):
    skopeo("copy", "--src-tls-verify=false", f"docker://{pushed}", f"oci:{tmp_path}/layout:app")
    run("umoci", "unpack", "--image", f"{tmp_path}/layout:app", tmp_path / "bundle")
    expected = unpacked(tmp_path / "bundle" / "rootfs")
    rows = {row["path"]: facts_of_row(row) for row in cli("ls", "-R", "--json", pushed).json}
    assert rows == expected


def damaged(data):
    """The data with one byte changed; a JSON document stays valid."""
    if data.startswith(b"{"):
        return data.replace(b"\n ", b"\n\t", 1)
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def test_verify_finds_one_changed_byte_in_any_blob_of_a_real_registry(cli, tmp_path):
    image = build_image(LAYERS, HISTORY)
    with RealRegistry(tmp_path / "registry") as registry:
        reference = registry.push(image)
        for digest in (image.digest, *image.blobs):
            file = registry.blob_file(digest)
            sound = file.read_bytes()
            file.write_bytes(damaged(sound))
            assert cli("verify", reference).code == 1, digest
            assert cli("verify", f"{reference.name}@{image.digest}").code == 1, digest
            file.write_bytes(sound)
        assert cli("verify", reference).code == 0


def test_verify_finds_one_changed_byte_in_any_part_of_any_entry_of_an_index(cli, tmp_path):
    images = [build_image([[("own", name.encode())]], platform=f"linux/{name}") for name in ("amd64", "arm64")]
    proof = {"layers": [b'{\n "predicate": 1}'], "compress": bytes, "layer_media_type": "application/vnd.in-toto+json"}
    images.append(build_image(**proof, platform="unknown/unknown"))
    platforms = ("linux/amd64", "linux/arm64", "unknown/unknown")
    entries = [
        image.descriptor(platform=dict(zip(("os", "architecture"), platform.split("/"), strict=True)))
        for image, platform in zip(images, platforms, strict=True)
    ]
    with RealRegistry(tmp_path / "registry") as registry:
        reference = registry.push_index(build_index(*entries), images)
        assert cli("verify", reference).code == 0
        for digest in (digest for image in images for digest in (image.digest, *image.blobs)):
            file = registry.blob_file(digest)
            sound = file.read_bytes()
            file.write_bytes(damaged(sound))
            outcome = cli("verify", reference, "--json")
            bad = [(row["digest"], row["status"]) for row in outcome.json if row["status"] != "verified"]
            assert (outcome.code, bad) == (1, [(digest, "mismatch")])
            file.write_bytes(sound)
