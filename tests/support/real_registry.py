"""The reference implementation of a registry, `docker-registry`, as a process of the test."""

import json
import os
import shutil
import socket
import subprocess

import httpx
import yaml

from layerscope.oci import Reference
from support.images import digest_of
from support.waiting import listens, wait_for


class RealRegistry:
    """`docker-registry serve` on a free port of 127.0.0.1 while its context is open, storing below `directory`.

    `settings` are merged into its configuration: `auth`, `http.tls` and so on. `scheme` is https if it has TLS.
    """

    def __init__(self, directory, settings=None):
        self.directory = directory
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.host = f"localhost:{free.getsockname()[1]}"
        settings = settings or {}
        http = {"addr": self.host.replace("localhost", "127.0.0.1"), **settings.get("http", {})}
        self.scheme = "https" if "tls" in http else "http"
        self.url = f"{self.scheme}://{self.host}"
        storage = {
            "filesystem": {"rootdirectory": str(directory / "storage")},
            "delete": {"enabled": True},
            **settings.get("storage", {}),
        }
        log = {"level": "warn", "accesslog": {"disabled": True}}
        self._settings = {"version": 0.1, "log": log, **settings, "storage": storage, "http": http}
        self._process = None

    def __enter__(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        config = self.directory / "config.yml"
        config.write_text(yaml.safe_dump(self._settings))
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [shutil.which("docker-registry"), "serve", str(config)],
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"},
            )
        self._wait()
        return self

    def __exit__(self, *_exception):
        self._process.terminate()
        self._process.wait(10)

    def reference(self, rest="app:latest"):
        return Reference.parse(f"{self.host}/{rest}")

    def push(self, image, repository="app", tag="latest", **more):
        """Upload an image of `support.images`; `more` goes to httpx, as `auth` does."""
        with httpx.Client(base_url=f"{self.url}/v2/{repository}/", timeout=30, **more) as http:
            for blob in image.blobs.values():
                push_blob(http, blob)
            push_manifest(http, tag, image.manifest_bytes, image.media_type)
        return self.reference(f"{repository}{'@' if ':' in tag else ':'}{tag}")

    def push_index(self, data, images, repository="app", tag="latest"):
        """Upload an index of `support.images` and its images."""
        for image in images:
            self.push(image, repository, image.digest)
        with httpx.Client(base_url=f"{self.url}/v2/{repository}/", timeout=30) as http:
            push_manifest(http, tag, data, json.loads(data)["mediaType"])
        return self.reference(f"{repository}:{tag}")

    def blob_file(self, digest):
        """The file in which the registry stores a blob, for tests that damage it."""
        algorithm, encoded = digest.split(":")
        root = self.directory / "storage" / "docker" / "registry" / "v2" / "blobs"
        return root / algorithm / encoded[:2] / encoded / "data"

    def _wait(self):
        port = int(self.host.rpartition(":")[2])
        log = (self.directory / "log").read_text
        wait_for(lambda: listens(("127.0.0.1", port)) or self._process.poll() is not None, output=log)
        assert self._process.poll() is None, log()


def push_blob(http, blob):
    """A blob in one piece (distribution-spec, "POST then PUT")."""
    location = http.post("blobs/uploads/").raise_for_status().headers["location"]
    http.put(httpx.URL(location).copy_merge_params({"digest": digest_of(blob)}), content=blob).raise_for_status()


def push_manifest(http, target, data, media_type):
    http.put(f"manifests/{target}", content=data, headers={"Content-Type": media_type}).raise_for_status()
