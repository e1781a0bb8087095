"""``croissant.json``: the data package in the words of MLCommons Croissant 1.0, which data set search engines read.

http://mlcommons.org/croissant/1.0: every file is a FileObject with its checksum, every table a RecordSet whose fields
name the column they are read from. It is made from the data package, so the two cannot tell different things.
"""

from collections.abc import Mapping
from typing import Any

_CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract",
    "field": "cr:field", "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
    "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath",
    "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
    "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator",
    "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform",
}  # fmt: skip
_TYPES = {
    "string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date",
    "datetime": "sc:DateTime",
}  # fmt: skip
_ENCODINGS = {"csv": "text/csv", "parquet": "application/x-parquet"}


def croissant(
    package: Mapping[str, Any], files: Mapping[str, tuple[str, int]], note: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Croissant metadata of the files that a data package describes.

    Args:
        files: Path below the folder of the export → SHA-256 in hex, and bytes.
        note: The note of the release; None for a file that was published elsewhere.
    """
    resources = package["resources"]
    version = f"{note['release'] if note else 0}.0.0"  # Croissant wants three numbers
    told: dict[str, Any] = {
        "@context": _CONTEXT, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": package["name"], "description": f"{package['title']}. {package['description']}", "version": version,
        "inLanguage": ["zh", "en"], "isLiveDataset": True,
        "distribution": [_file(resource, *files[resource["path"]]) for resource in resources],
        "recordSet": [_record_set(resource) for resource in resources],
    }  # fmt: skip
    return {**told, "datePublished": note["published_at"]} if note else told


def _file(resource: Mapping[str, Any], digest: str, size: int) -> dict[str, Any]:
    path = resource["path"]
    return {
        "@type": "cr:FileObject", "@id": path, "name": path.rpartition("/")[2], "contentUrl": path,
        "encodingFormat": _ENCODINGS[resource["format"]], "contentSize": f"{size} B", "sha256": digest,
    }  # fmt: skip


def _record_set(resource: Mapping[str, Any]) -> dict[str, Any]:
    name, schema = resource["name"], resource["schema"]
    targets = {
        key["fields"][0]: f"{key['reference']['resource']}/{key['reference']['fields'][0]}"
        for key in schema.get("foreignKeys", [])
    }
    told: dict[str, Any] = {
        "@type": "cr:RecordSet", "@id": name, "name": name, "description": resource["description"],
        "field": [_field(resource, field, targets.get(field["name"])) for field in schema["fields"]],
    }  # fmt: skip
    if "primaryKey" in schema:
        told["key"] = [{"@id": f"{name}/{field}"} for field in schema["primaryKey"]]
    return told


def _field(resource: Mapping[str, Any], field: Mapping[str, Any], target: str | None) -> dict[str, Any]:
    address = f"{resource['name']}/{field['name']}"
    told: dict[str, Any] = {
        "@type": "cr:Field", "@id": address, "name": address, "description": field["description"],
        "dataType": _TYPES[field["type"]],
        "source": {"fileObject": {"@id": resource["path"]}, "extract": {"column": field["name"]}},
    }  # fmt: skip
    if target:
        told["references"] = {"field": {"@id": target}}
    return told
