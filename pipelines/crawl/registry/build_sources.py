"""Builds ``sources/*.yaml`` from a registry of known addresses: one file per province, nothing fetched.

    python -m pipelines.crawl.registry.build_sources known_urls.csv derived_columns.csv --to sources

``known_urls.csv`` (url, kind, agency, region, report_year …) holds addresses that were seen, ``derived_columns.csv``
(column_url, region …) list pages concluded from them; an entry says which. A file that exists is only added to: entries
that are already there, by address or by id, stay as they are, with every correction made by hand.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import yaml

from pipelines.atomic import replace_atomically
from pipelines.crawl.canonical_urls import canonical_url, original_behind_gate, source_name
from pipelines.crawl.registry.source_files import SourceError, load_sources, read_sources
from schemas.regions import latest_year, resolve
from schemas.sources import Source, SourceKind
from schemas.vocabulary import PROVINCES

_SHORT_NAMES = {name[:3] if name[:3] in ("内蒙古", "黑龙江") else name[:2]: key for key, (_, name) in PROVINCES.items()}
_HEAD = (
    "# Pages to crawl. Built by pipelines/crawl/registry/build_sources.py; lines may be changed and added by hand.\n"
)
Entry = dict[str, str]


def build_sources(known: Path, derived: Path, to: Path) -> dict[str, int]:
    """Write or extend ``<to>/<province>.yaml``. Returns the number of entries added by province.

    Raises:
        SourceError: a file would not pass its own check; the old one then stays.
    """
    to.mkdir(parents=True, exist_ok=True)
    by_province: dict[str, list[Entry]] = {}
    for province, entry in _distinct([*_seen(_rows(known)), *_derived(_rows(derived))]):
        by_province.setdefault(province, []).append(entry)
    return {
        province: _extend(to / f"{province}.yaml", province, entries)
        for province, entries in sorted(by_province.items())
    }


def _seen(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, Entry]]:
    for row in rows:
        province = _province(row["region"])
        if province is None:
            continue
        url = original_behind_gate(row["url"])
        entry = {"url": url, "kind": "column" if row["kind"] == "index" else "report", "known": "seen"}
        if row["agency"]:
            entry["site"] = row["agency"]
        endpoint = _endpoint(url)
        if endpoint is not None:  # the years of an endpoint that was seen for one of them
            entry |= {"url": endpoint, "kind": SourceKind.ENUMERABLE.value}
        yield province, _with_region(entry, row["region"])


def _derived(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, Entry]]:
    for row in rows:
        province = _province(row["region"])
        if province is not None:
            url = original_behind_gate(row["column_url"])
            yield province, _with_region({"url": url, "kind": "column", "known": "derived"}, row["region"])


def _distinct(entries: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, Entry]]:
    """One entry per page, the seen one first; an address may stand in both files, with and without www."""
    seen: set[str] = set()
    for province, entry in entries:
        name = canonical_url(entry["url"].replace("{year}", "2000"))
        if name not in seen:
            seen.add(name)
            yield province, {"id": source_name(entry["url"]), **entry}


def _endpoint(url: str) -> str | None:
    """The address with ``{year}`` in it, when the report year is one of its arguments."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query)
    if not any(key.lower() in ("fbtime", "year") and re.fullmatch(r"20\d\d", value) for key, value in query):
        return None
    pairs = [(key, "{year}" if key.lower() in ("fbtime", "year") else value) for key, value in query]
    return parts._replace(query=urlencode(pairs, safe="{}")).geturl()


def _province(region: str) -> str | None:
    return _SHORT_NAMES.get(region.partition("/")[0])


def _with_region(entry: Entry, region: str) -> Entry:
    """Add the division code when the names of the registry lead to exactly one division."""
    names = region.split("/")
    if names == ["中央"]:
        return entry
    code: str | None = PROVINCES[_SHORT_NAMES[names[0]]][0]
    for name in names[1:]:
        match = resolve(name, latest_year(), parent=code)
        code = match.code if match is not None and not match.rest else None
        if code is None:
            return entry
    return entry | {"region": code} if code else entry


def _extend(path: Path, province: str, entries: list[Entry]) -> int:
    present = load_sources(path) if path.exists() else []
    known = {canonical_url(source.url) for source in present} | {source.id for source in present}
    fresh = [entry for entry in entries if canonical_url(entry["url"]) not in known and entry["id"] not in known]
    text = path.read_text(encoding="utf-8") if path.exists() else f"{_HEAD}province: {province}\nsources:\n"
    text = text.rstrip("\n") + "\n" + "".join(_as_yaml(entry, province) for entry in fresh)
    if fresh:
        replace_atomically(path, lambda draft: _write_checked(draft, text))
    return len(fresh)


def _as_yaml(entry: Entry, province: str) -> str:
    source = Source.model_validate({**entry, "province": province})  # an entry that does not validate is a bug here
    order = ("id", "url", "kind", "site", "region", "known")
    kept = {
        key: entry[key]
        for key in order
        if key in entry and (key, entry[key]) not in (("kind", "column"), ("known", "seen"))
    }
    body = yaml.safe_dump([kept | {"id": source.id}], allow_unicode=True, sort_keys=False, width=10_000)
    return "".join(f"  {line}\n" for line in body.splitlines())


def _write_checked(draft: Path, text: str) -> None:
    draft.write_text(text, encoding="utf-8")
    _, problems = read_sources(draft)
    if problems:
        raise SourceError(problems)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def main() -> None:
    """Command line of the script."""
    parser = argparse.ArgumentParser(description="Build sources/*.yaml from a registry of known addresses.")
    parser.add_argument("known", type=Path, help="known_urls.csv")
    parser.add_argument("derived", type=Path, help="derived_columns.csv")
    parser.add_argument("--to", type=Path, default=Path("sources"))
    given = parser.parse_args()
    for province, added in build_sources(given.known, given.derived, given.to).items():
        sys.stdout.write(f"{province}: {added} added\n")


if __name__ == "__main__":
    main()
