"""The bill of materials: every Python and front-end package that production installs, as CycloneDX 1.6 in JSON.

`.venv/bin/python -m scripts.sbom FILE` writes it, without FILE it is printed; `--check` says whether it is valid.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from scripts.places import REQUIREMENTS, ROOT

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked_python() -> dict[str, tuple[str, list[str]]]:
    """Version and SHA-256 digests by name, of what production installs."""
    found: dict[str, tuple[str, list[str]]] = {}
    last = ""
    for line in (REQUIREMENTS / "production.txt").read_text().splitlines():
        pinned = _PINNED.match(line)
        if pinned:
            last = pinned[1]
            found[last] = (pinned[2], [])
        for digest in _HASH.findall(line):
            found[last][1].append(digest)
    return found


def locked_scripts() -> dict[str, dict[str, str]]:
    """What the lock says of each package whose files a page may load, by name."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {
        place.rpartition("node_modules/")[2]: package
        for place, package in packages.items()
        if place and not package.get("dev")
    }


def bill() -> Bom:
    """The portal with everything that it is made of."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    licenses = LicenseFactory()
    root = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        licenses=[licenses.make_from_string(project["license"]["text"])],
        bom_ref="portal",
    )
    bom = Bom()
    bom.metadata.component = root
    parts = [*_python_parts(licenses), *_script_parts(licenses)]
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(root, parts)
    return bom


def _python_parts(licenses: LicenseFactory) -> Iterator[Component]:
    for name, (version, digests) in locked_python().items():
        purl = PackageURL("pypi", None, name.lower().replace("_", "-"), version)
        said = _license_of(name)
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            scope=ComponentScope.REQUIRED,
            purl=purl,
            bom_ref=str(purl),
            licenses=[licenses.make_from_string(said)] if said else [],
            # A digest for each file of the release; which one a machine installs, its platform decides.
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests],
        )


def _license_of(name: str) -> str:
    """What the installed package says; empty where it is not installed here, or says whole pages."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    said = str(about["License-Expression"] or about["License"] or "").strip()
    if said and "\n" not in said and len(said) < 80:
        return said
    ends = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    return " AND ".join(ends) if len(ends) == 1 else ""


def _script_parts(licenses: LicenseFactory) -> Iterator[Component]:
    for name, package in locked_scripts().items():
        namespace, _, short = name.rpartition("/")
        purl = PackageURL("npm", namespace or None, short, package["version"])
        digests = [part.partition("-") for part in package.get("integrity", "").split()]
        yield Component(
            name=name,
            version=package["version"],
            type=ComponentType.LIBRARY,
            scope=ComponentScope.REQUIRED,
            purl=purl,
            bom_ref=str(purl),
            licenses=[licenses.make_from_string(package["license"])] if package.get("license") else [],
            hashes=[
                HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(digest).hex())
                for algorithm, _, digest in digests
                if algorithm == "sha512"
            ],
        )


def as_json(bom: Bom) -> str:
    """CycloneDX 1.6."""
    return JsonV1Dot6(bom).output_as_string(indent=2)


def problem_with(written: str) -> str:
    """What is wrong with it, in the words of the schema; empty for a valid one."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(written)
    return str(found) if found else ""


if __name__ == "__main__":
    made = as_json(bill())
    if sys.argv[1:] == ["--check"]:
        sys.exit(problem_with(made) or 0)
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(made)
    else:
        print(made)
