"""What the package is made of, as CycloneDX 1.6: `python bom.py FOLDER VERSION SECONDS > FILE`.

FOLDER is PyInstaller's; each library in it lies beside its `*.dist-info`. SECONDS since 1970 is the
time that the list says it is from. An audit, or a scanner for known holes, reads it.
"""

import sys
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL


def main() -> None:
    """Print it."""
    folder, version, seconds = sys.argv[1:4]
    found = sorted(distributions(path=[folder]), key=lambda each: each.name.lower())
    program = Component(
        name="console1022", version=version, type=ComponentType.APPLICATION, bom_ref="console1022"
    )
    bom = Bom(
        components=[_component(each) for each in found],
        serial_number=uuid5(NAMESPACE_URL, f"console1022/{version}/{seconds}"),
    )
    bom.metadata.component = program
    bom.metadata.timestamp = datetime.fromtimestamp(int(seconds), UTC)
    bom.register_dependency(program, bom.components)
    print(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1))


def _component(library: Distribution) -> Component:
    purl = PackageURL("pypi", name=library.name.lower(), version=library.version)
    return Component(
        name=library.name,
        version=library.version,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=[LicenseFactory().make_from_string(_licence(library))],
    )


def _licence(library: Distribution) -> str:
    """As the library says it itself; old ones only by a classifier."""
    said = library.metadata.get("License-Expression") or library.metadata.get("License")
    if said:
        return str(said).splitlines()[0]
    told = [str(each) for each in library.metadata.get_all("Classifier") or ()]
    return next((each.rpartition(" :: ")[2] for each in told if "License ::" in each), "unknown")


if __name__ == "__main__":
    main()
