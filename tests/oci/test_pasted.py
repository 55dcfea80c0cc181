import pytest

from layerscope.errors import InvalidReference
from layerscope.oci import Reference
from layerscope.oci.pasted import reference_in


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("docker pull alpine:3", "alpine:3"),
        ("sudo docker pull --quiet ghcr.io/a/b", "ghcr.io/a/b"),
        ("podman image pull a/b", "a/b"),
        ("https://hub.docker.com/_/alpine", "alpine"),
        ("https://hub.docker.com/_/alpine/tags", "alpine"),
        ("https://hub.docker.com/r/grafana/loki?tab=tags", "grafana/loki"),
        ("https://quay.io/repository/coreos/etcd?tab=tags", "quay.io/coreos/etcd"),
        ("https://github.com/Owner/repo/pkgs/container/name", "ghcr.io/owner/name"),
        ("https://gallery.ecr.aws/nginx/nginx", "public.ecr.aws/nginx/nginx"),
        ("https://host:5000/v2/a/b/manifests/v1", "host:5000/a/b:v1"),
        ("http://host/v2/a/manifests/sha256:00", "host/a@sha256:00"),
        ("https://host/v2/a/tags/list", "host/a"),
        ("https://host/a/b:v1/", "host/a/b:v1"),
        ("https://me:secret@host/a", None),
        ("https://host", None),
        ("http://[", None),
        ("docker pull '", "'"),
        ("alpine", None),
    ],
)
def test_the_reference_in_what_people_paste_is_found(text, reference):
    assert reference_in(text) == reference


@pytest.mark.parametrize("text", ["docker pull alpine", "https://hub.docker.com/_/alpine"])
def test_the_error_for_a_pasted_text_names_the_reference(text):
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(text)
    assert caught.value.hint == "write `alpine`"
