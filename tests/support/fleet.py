"""60 images in a `docker-registry` with logins, which share a base and the layer of their repository."""

import base64
import json
import random
import re
from collections import Counter

import httpx

from support.images import build_image
from support.real_registry import RealRegistry, push_blob, push_manifest
from support.tars import file
from support.waiting import wait_for

USER, PASSWORD = "alice", "canary:pässword"
HTPASSWD = f"{USER}:$2b$04$LYv4gjpXqPd2iZUdhYxxjOqiVqfGOznm.UKhBVbszuzbyN/2PvXbG\n"
_BYTES = random.Random(0).randbytes(40_000)
BASE = (
    [("usr/lib/libc.so", _BYTES), ("var/lib/apt/lists/all", _BYTES[:9000]), ("etc/shadow", b"secret")],
    [("opt/base", _BYTES[:1000])],
)
_BLOB = re.compile(r'"GET /v2/\S+/blobs/(sha256:[0-9a-f]{64}) HTTP')


def app(repository, tag):
    """An image of the base, a layer of the repository, and a layer of the tag."""
    shared = [(f"app{repository}/lib", _BYTES[repository : 2000 + repository]), ("tmp/log", b"l" * 700)]
    own = [file(".wh.var"), file("tmp/.wh.log"), (f"app{repository}/lib", b"%d" % tag * 100), ("copy", _BYTES[:1000])]
    return build_image([*BASE, shared, own], created=f"2024-01-{tag + 1:02}T00:00:00Z")


class Fleet:
    """The registry with its images; `fetched()` counts the requests of each blob that it has answered so far."""

    def __init__(self, directory):
        (directory / "htpasswd").write_text(HTPASSWD)
        (directory / "docker").mkdir()
        self.docker_config = directory / "docker"
        auth = {"htpasswd": {"realm": "tests", "path": str(directory / "htpasswd")}}
        log = {"level": "info", "accesslog": {"disabled": False}}
        self.registry = RealRegistry(directory, {"auth": auth, "log": log})
        self.images = {f"team/app{name}:v{tag}": app(name, tag) for name in range(5) for tag in range(12)}

    def __enter__(self):
        self.registry.__enter__()
        self.host = self.registry.host
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        (self.docker_config / "config.json").write_text(json.dumps({"auths": {self.host: {"auth": login}}}))
        self._push()
        return self

    def __exit__(self, *exception):
        self.registry.__exit__(*exception)

    @property
    def layers(self):
        """The digests of all layers."""
        return {layer["digest"] for image in self.images.values() for layer in image.manifest["layers"]}

    def fetched(self, least=0):
        """How often each layer was requested. The log may be late: it must have at least this many requests."""
        wait_for(lambda: sum(self._counts().values()) >= least)
        return self._counts()

    def _counts(self):
        found = _BLOB.findall((self.registry.directory / "log").read_text())
        return Counter(digest for digest in found if digest in self.layers)

    def _push(self):
        pushed = set()
        with httpx.Client(timeout=30, auth=(USER.encode(), PASSWORD.encode())) as http:
            for name, image in self.images.items():
                repository, _, tag = name.partition(":")
                http.base_url = f"{self.registry.url}/v2/{repository}/"
                for digest, blob in image.blobs.items():
                    if (repository, digest) not in pushed:
                        push_blob(http, blob)
                        pushed.add((repository, digest))
                push_manifest(http, tag, image.manifest_bytes, image.media_type)
