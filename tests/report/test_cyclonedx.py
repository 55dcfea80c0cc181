import json
import sys

import pytest

from layerscope.errors import UsageError
from layerscope.report.formats import REPORTS
from support.analysis import facts_of
from support.layer_indexes import file
from support.package_files import dpkg_files

IMAGE = [
    [
        file("etc/os-release", b'ID=debian\nVERSION_ID="12"\n'),
        file("usr/a", b"12345"),
        file("node_modules/@s/n/package.json", b'{"name": "@s/n", "version": "1"}'),
        *dpkg_files(("a", "1:2-3", ["/usr/a"]), ("gone", "1", [])),
    ],
    [*dpkg_files(("a", "1:2-3", ["/usr/a"]))],
]


def test_the_packages_of_the_final_image_are_components_with_package_urls():
    pytest.importorskip("cyclonedx")
    found = json.loads(REPORTS["cyclonedx"](facts_of(*IMAGE)))
    assert (found["bomFormat"], found["metadata"]["component"]["type"]) == ("CycloneDX", "container")
    urls = {component["name"]: component["purl"] for component in found["components"]}
    assert urls == {"a": "pkg:deb/debian/a@1:2-3?arch=amd64&distro=debian-12", "@s/n": "pkg:npm/%40s/n@1"}
    properties = {one["name"]: one["value"] for one in found["components"][1]["properties"]}
    assert properties["layerscope:liveSize"] in ("5", "32")


def test_an_image_has_always_the_same_list():
    pytest.importorskip("cyclonedx")
    assert REPORTS["cyclonedx"](facts_of(*IMAGE)) == REPORTS["cyclonedx"](facts_of(*IMAGE))


def test_without_the_library_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "cyclonedx", None)
    monkeypatch.setitem(sys.modules, "cyclonedx.model", None)
    monkeypatch.delitem(sys.modules, "layerscope.report.cyclonedx", raising=False)
    with pytest.raises(UsageError, match="cyclonedx-python-lib") as caught:
        REPORTS["cyclonedx"](facts_of([]))
    assert "layerscope[sbom]" in caught.value.hint
