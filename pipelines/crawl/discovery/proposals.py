"""Writes what a search found as proposed sources, and remembers which portals have been searched."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.crawl.canonical_urls import canonical_url, source_name
from pipelines.crawl.discovery.candidates import Outcome, Proposal
from pipelines.crawl.discovery.portal_list import Portal
from pipelines.crawl.registry.source_edits import append_entries
from pipelines.crawl.registry.source_files import DISCOVERED, load_sources, read_sources
from schemas.site_families import ListingFamily
from schemas.sources import Discovery, Known, Source

_SEARCHED_AGAIN_AFTER = timedelta(days=30)


@dataclass
class ProposalWriter:
    """Appends proposals to ``to``, or to ``<sources>/discovered/<province>.yaml``. What is there already is left as it is."""

    sources: Path
    to: Path | None
    now: datetime
    allow_hosts: tuple[str, ...] = ()
    _known: dict[str, str] = field(default_factory=dict)  # canonical address → id
    _ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        begun = self.sources.is_file() or any(self.sources.glob("*.yaml"))
        folder = self.sources / DISCOVERED
        files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
        files += [self.to] if self.to is not None and self.to.exists() else []
        known = load_sources(self.sources) if begun else []
        for source in (*known, *(source for file in files for source in read_sources(file)[0])):
            self._known.setdefault(canonical_url(source.url), source.id)
            self._ids.add(source.id)

    def write(self, outcome: Outcome) -> tuple[int, int]:
        """Append the new ones of a portal. Returns how many are new, and how many were known before."""
        entries = []
        for proposal in outcome.proposals:
            name = canonical_url(proposal.url)
            if name not in self._known:
                entry = self._entry(outcome, proposal)
                self._known[name] = entry.id
                self._ids.add(entry.id)
                entries.append(entry)
        if entries:
            append_entries(self.file_of(outcome.portal), outcome.portal.province, entries)
        return len(entries), len(outcome.proposals) - len(entries)

    def file_of(self, portal: Portal) -> Path:
        """Where proposals of a portal go."""
        return self.to or self.sources / DISCOVERED / f"{portal.province}.yaml"

    def _entry(self, outcome: Outcome, proposal: Proposal) -> Source:
        name = base = source_name(proposal.url) or "column"
        number = 2
        while name in self._ids:
            name, number = f"{base}-{number}", number + 1
        host = urlsplit(proposal.url)
        listed = tuple(entry for entry in self.allow_hosts if entry in (host.hostname, host.netloc))
        found = Discovery(
            portal=outcome.portal.url, trail=proposal.trail, confidence=proposal.confidence,
            family=ListingFamily(proposal.family) if proposal.family else None,
            on=self.now.date(), titles=proposal.titles[:3], note=proposal.note,
        )  # fmt: skip
        return Source(
            id=name, url=proposal.url, site=_site(outcome), region=outcome.region, known=Known.DISCOVERED,
            allow_hosts=listed, discovery=found, province=outcome.portal.province,
        )  # fmt: skip


def _site(outcome: Outcome) -> str | None:
    return outcome.portal.region_path.rpartition("/")[2] or outcome.site or None


class SearchedPortals:
    """The portals that have been searched, a JSON line each, so that an interrupted search goes on where it stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, now: datetime) -> dict[str, dict[str, object]]:
        """Lines of the last thirty days by portal. A line that was cut off by a kill is none."""
        found: dict[str, dict[str, object]] = {}
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        for line in text.splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if now - datetime.fromisoformat(row["at"]) < _SEARCHED_AGAIN_AFTER:
                found[row["portal"]] = row
        return found

    def add(self, row: Mapping[str, object]) -> None:
        """Note one portal."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")


def row_of(outcome: Outcome, new: int, known: int, now: datetime) -> dict[str, object]:
    """What is noted and shown of one portal."""
    return {
        "portal": outcome.portal.url, "region": outcome.portal.region_path, "at": now.isoformat(),
        "columns": [proposal.url for proposal in outcome.proposals], "new": new, "known": known,
        "requests": outcome.n_requests, "why": outcome.why,
    }  # fmt: skip


def chosen(portals: Iterable[Portal], province: str | None) -> list[Portal]:
    """The portals of a province, or all."""
    return [portal for portal in portals if province is None or portal.province == province]
