"""A registry that keeps what is pushed to it, and takes a manifest only after all that the manifest names."""

import json
from urllib.parse import parse_qs

from support.fake_registry import FakeRegistry, Reply, ranged
from support.images import digest_of


class KeepingRegistry(FakeRegistry):
    """`blobs` are bytes by repository and digest; `manifests` are media type and bytes by repository and target.

    `put` lists the targets of all manifests that were pushed, in order. The replies that were given to `on` come first.
    """

    def __init__(self):
        super().__init__()
        self.blobs = {}
        self.manifests = {}
        self.put = []

    def keep(self, tree, repository="app", tag="latest"):
        """Keep an image of `support.nested_images`, whatever is missing in it."""
        self.blobs.update({(repository, digest): data for digest, data in tree.blobs.items()})
        for digest, data in tree.documents.items():
            self.manifests[repository, digest] = tree.media_types[digest], data
        if tree.root["digest"] in tree.documents:
            self.manifests[repository, tag] = tree.root["mediaType"], tree.root_bytes
        return self.reference(f"{repository}:{tag}")

    def digests(self, repository):
        """The digests of all manifests and all blobs of a repository."""
        manifests = {target for name, target in self.manifests if name == repository and ":" in target}
        return manifests, {digest for name, digest in self.blobs if name == repository}

    def _answer(self, request):
        if (request.method, request.route) in self._replies:
            return super()._answer(request)
        with self._lock:
            self.requests.append(request)
            repository, _, rest = request.route.removeprefix("/v2/").partition("/")
            kind, _, target = rest.partition("/")
            answer = getattr(self, f"_{request.method}_{kind.replace('/', '_')}".lower(), None)
            reply = answer(repository, target, request) if answer else Reply(404)
        return reply(request) if callable(reply) else reply

    def _get_manifests(self, repository, target, _request):
        if (repository, target) not in self.manifests:
            return Reply(404)
        media_type, data = self.manifests[repository, target]
        return Reply(body=data, headers={"Content-Type": media_type, "Docker-Content-Digest": digest_of(data)})

    def _put_manifests(self, repository, target, request):
        value = json.loads(request.body)
        named = [value["config"], *value["layers"]] if "config" in value else value["manifests"]
        if any(not {(repository, item["digest"])} & (self.blobs.keys() | self.manifests.keys()) for item in named):
            return Reply(400, b'{"errors": [{"code": "MANIFEST_BLOB_UNKNOWN"}]}')
        for name in (target, digest_of(request.body)):
            self.manifests[repository, name] = request.headers["content-type"], request.body
        self.put.append(target)
        return Reply(201, headers={"Docker-Content-Digest": digest_of(request.body)})

    def _get_blobs(self, repository, digest, _request):
        return ranged(self.blobs[repository, digest]) if (repository, digest) in self.blobs else Reply(404)

    def _post_blobs(self, repository, _uploads, request):
        asked = parse_qs(request.query)
        source = asked.get("from", [""])[0], asked.get("mount", [""])[0]
        if source in self.blobs:
            self.blobs[repository, source[1]] = self.blobs[source]
            return Reply(201)
        return Reply(202, headers={"Location": f"/v2/{repository}/blobs/uploads/1"})

    def _put_blobs(self, repository, _upload, request):
        digest = parse_qs(request.query)["digest"][0]
        if digest != digest_of(request.body):
            return Reply(400)
        self.blobs[repository, digest] = request.body
        return Reply(201)

    def _get_tags(self, repository, _list, _request):
        tags = [target for name, target in self.manifests if name == repository and ":" not in target]
        return Reply(body=json.dumps({"tags": tags}).encode())

    _head_manifests, _head_blobs = _get_manifests, _get_blobs
