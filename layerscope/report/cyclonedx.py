"""The packages of an image as a CycloneDX SBOM in JSON. It needs cyclonedx-python-lib, which is optional."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from layerscope.display import display
from layerscope.insight.analysis import Analysis
from layerscope.insight.packages import PackageCosts, PackageTable
from layerscope.packages.package import Package

_TYPES = {"dpkg": "deb", "python": "pypi", "go": "golang", "jar": "maven"}
"""The types of package URLs that are not named like the manager."""
_OF_SYSTEM = ("dpkg", "apk", "rpm")


def sbom(analysis: Analysis) -> str:
    """The packages of the final file system; the same image always has the same SBOM."""
    image, distribution = analysis.image, analysis.stack.ownership.distribution
    identity = str(image.descriptor.digest) if image.descriptor else image.reference
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, identity))
    bom.metadata.timestamp = _time(image.config.created)
    bom.metadata.component = Component(
        name=display(image.reference), version=identity, type=ComponentType.CONTAINER, bom_ref="image"
    )
    for number, one in enumerate(PackageTable(analysis.accounting).rows):
        if one.is_there:
            bom.components.add(_component(one, number, distribution))
    bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _component(one: PackageCosts, number: int, distribution: Mapping[str, str]) -> Component:
    package = one.installed.package
    return Component(
        name=display(package.name),
        version=display(package.version) or None,
        type=ComponentType.LIBRARY,
        purl=_url(package, distribution),
        bom_ref=f"package-{number}",
        properties=(Property(name=f"layerscope:{name}", value=value) for name, value in _properties(one)),
    )


def _properties(one: PackageCosts) -> Iterator[tuple[str, str]]:
    yield "layer", str(one.installed.layer)
    yield "liveSize", str(one.costs.live_size)
    yield "wastedSize", str(one.costs.wasted_size)
    if one.installed.package.home:
        yield "path", "/" + display(one.installed.package.home)


def _url(package: Package, distribution: Mapping[str, str]) -> PackageURL | None:
    """The package URL; None if the name is no name that a URL can have."""
    namespace, name = _split_name(package)
    qualifiers = {"arch": package.architecture} if package.architecture else {}
    if package.manager in _OF_SYSTEM:
        namespace = distribution.get("ID", "")
        version = distribution.get("VERSION_ID", "")
        qualifiers |= {"distro": f"{namespace}-{version}"} if namespace and version else {}
    kind = _TYPES.get(package.manager, package.manager)
    try:
        return PackageURL(kind, namespace or None, name, package.version or None, qualifiers)
    except ValueError:
        return None


def _split_name(package: Package) -> tuple[str, str]:
    """Namespace and name: `@scope/name` of npm, `group:name` of Maven, `host/owner/name` of Go."""
    sign = ":" if package.manager == "jar" else "/"
    namespace, _, name = package.name.rpartition(sign)
    return namespace, name


def _time(text: str) -> datetime:
    """The time when the image was made; of an image that does not say it, the first second of 1970."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat("1970-01-01T00:00:00+00:00")
