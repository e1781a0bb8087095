"""The parts of a Word package, found as Word finds them: by relationship, not by name."""

import posixpath
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipelines.extract.packages import optional_xml_part, xml_part

_USUAL_BODY = "word/document.xml"
_NAMED = ("styles", "numbering", "theme", "settings", "fontTable")
_USUAL = {"theme": "theme/theme1"}


@dataclass(frozen=True)
class PackageParts:
    """The main document and what says how it looks.

    Attributes:
        body: Root of the main document.
        named: The other parts by the last word of their relationship type: ``styles``, ``numbering``, ``theme`` and so on.
        relations: Names of related parts by relationship id, relative to the package.
    """

    body: Element
    named: dict[str, Element] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)


def read_parts(package: zipfile.ZipFile) -> PackageParts:
    """Read the parts. Raises PackageRefusedError and what ``packages.MALFORMED`` lists."""
    names = set(package.namelist())
    start = optional_xml_part(package, "_rels/.rels")
    body = next((target for _, kind, target in _targets(start, "") if kind == "officeDocument"), _USUAL_BODY)
    body = body if body in names else _USUAL_BODY
    folder, name = posixpath.split(body)
    links = optional_xml_part(package, f"{folder}/_rels/{name}.rels")
    targets = _targets(links, folder)
    if links is None:  # a package without relationships: Word would not open it, other programs write it
        found = {kind: f"{folder}/{_USUAL.get(kind, kind)}.xml" for kind in _NAMED}
    else:
        found = {kind: target for _, kind, target in targets if kind in _NAMED}
    parts = {kind: part for kind, target in found.items() if (part := optional_xml_part(package, target)) is not None}
    return PackageParts(xml_part(package, body), parts, {relation: target for relation, _, target in targets})


def _targets(links: Element | None, folder: str) -> list[tuple[str, str, str]]:
    """Of each relationship within the package: id, last word of its type, name of the part."""
    found = []
    for link in links if links is not None else ():
        target = link.get("Target", "")
        if link.get("TargetMode") == "External" or not target:
            continue
        name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found.append((link.get("Id", ""), link.get("Type", "").rpartition("/")[2], name))
    return found
