"""`gongkai sources check` and `gongkai sources add`: the list of pages to crawl."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from gongkai.printing import clean, err, grid, out
from gongkai.services.sources.source_audit import families_seen
from pipelines.crawl.canonical_urls import canonical_url, source_name
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_edits import append_entries, entry_text
from pipelines.crawl.registry.source_files import load_sources, read_sources
from pipelines.crawl.registry.source_inspection import check_sources, propose_source, refusals
from pipelines.crawl.site_families.detection import fingerprint
from schemas.errors import GongkaiError
from schemas.settings import Settings
from schemas.site_families import ListingFamily
from schemas.sources import Known, Source, SourceKind


class UnregisteredHost(GongkaiError):
    """A source points at a host that the crawler may not reach."""


class SourceRefused(GongkaiError):
    """A source that cannot be added."""


def check(settings: Settings) -> int:
    """Print every problem of the configured sources to stderr. Returns 0 when there is none, else 1."""
    sources, problems = read_sources(settings.sources)
    lines = [str(problem) for problem in problems] + check_sources(sources, CrawlPolicy.from_settings(settings))
    for line in lines:
        sys.stderr.write(f"{clean(line)}\n")
    kinds = Counter(source.kind.value for source in sources)
    provinces = len({source.province for source in sources})
    counted = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "none"
    err.print(f"{len(sources)} sources in {provinces} provinces ({counted}); {len(lines)} problems", markup=False)
    _print_counts(sources, families_seen(settings))
    return 1 if lines else 0


_SHAPES = {
    ListingFamily.GKMLPT.value: re.compile(r"/gkmlpt/"),
    ListingFamily.UCAP.value: re.compile(r"/c\d{5,}/(?:.*\.shtml)?$"),
    "hanweb (jpage or jpaas)": re.compile(r"/col/col\d+/"),
}
"""Addresses that are known to belong to one family; what the page itself says counts for more."""


def _family(source: Source, audited: Mapping[str, str]) -> str:
    """The family of a column as its entry, its discovery, the last audit or its address says."""
    if source.kind is not SourceKind.COLUMN:
        return f"({source.kind.value})"
    if source.listing is not ListingFamily.AUTO:
        return source.listing.value
    if source.discovery is not None and source.discovery.family is not None:
        return source.discovery.family.value
    if audited.get(source.id):
        return audited[source.id]
    by_address = fingerprint(Page(source.url, b"", "text/html"))
    if by_address is not ListingFamily.STATIC:
        return by_address.value
    return next((name for name, shape in _SHAPES.items() if shape.search(source.url)), "(told by the page)")


def _print_counts(sources: Iterable[Source], audited: Mapping[str, str]) -> None:
    """How many were seen, derived or discovered, and of which family as far as an entry says."""
    known: Counter[tuple[str, str]] = Counter()
    for source in sources:
        known[_family(source, audited), source.known.value] += 1
    if not known:
        return
    names = [item.value for item in Known]
    rows = [
        (family, *(known[family, name] for name in names), sum(known[family, name] for name in names))
        for family in sorted({family for family, _ in known})
    ]
    out.print(grid(("family", *names, "sources"), rows, numbers=range(1, len(names) + 2)))


def demand_sound(settings: Settings) -> list[Source]:
    """The configured sources, or a refusal in one line, before anything is fetched.

    Raises:
        SourceError: a file is wrong.
        UnregisteredHost: a source could never be fetched.
    """
    sources = load_sources(settings.sources)
    lines = refusals((source for source in sources if source.enabled), Guard(settings.allow_hosts))
    if lines:
        raise UnregisteredHost(lines[0] + (f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""))
    return sources


@dataclass(frozen=True)
class NewSource:
    """What the caller of ``gongkai sources add`` says about a page; the page says the rest."""

    url: str
    province: str
    given: Mapping[str, str]
    allow_hosts: tuple[str, ...] = ()
    look: bool = True
    write: bool = True


def add(settings: Settings, new: NewSource) -> None:
    """Look at a page, print the entry it comes to, and append that to the sources. Comments in the file stay.

    Raises:
        SourceRefused: the entry is wrong or already there, its host is not registered, or the page is no source.
    """
    kind: dict[str, str] = {"kind": SourceKind.ENUMERABLE.value} if "{year}" in new.url else {}
    named = {"id": source_name(new.url), "url": new.url, "known": Known.DERIVED.value}
    source = _validated({**named, **kind, **new.given}, new)
    begun = settings.sources.is_file() or any(settings.sources.glob("*.yaml"))
    known = load_sources(settings.sources) if begun else []
    _refuse_known(source, known)
    policy = CrawlPolicy.from_settings(settings)
    if lines := refusals([source], Guard(policy.allow_hosts)):
        raise SourceRefused(f"{lines[0].partition(': ')[2]}; if it is genuine, give --allow-host")
    if new.look:
        source = _validated({**_proposed(source, policy), **kind, **new.given}, new)
        _refuse_known(source, known)
    text = entry_text(source)
    out.print(text, end="", markup=False, soft_wrap=True)
    target = settings.sources if settings.sources.suffix == ".yaml" else settings.sources / f"{new.province}.yaml"
    if new.write:
        append_entries(target, new.province, [source])
        err.print(f"added to {target}", markup=False, soft_wrap=True)


def _proposed(source: Source, policy: CrawlPolicy) -> dict[str, str]:
    """What the page itself proposes as an entry, after a look at it."""
    now = datetime.now(UTC)
    address = source.url.replace("{year}", str(now.year - 1))
    proposal = propose_source(address, policy, now=now, allow_hosts=source.allow_hosts, tls=source.tls)
    outcome = proposal.outcome
    if not proposal.is_sound:
        what = proposal.message if outcome is Outcome.FETCHED else f"{outcome} ({proposal.message})"
        advice = f"; {outcome.advice}" if outcome.advice else ""
        raise SourceRefused(f"{clean(address)}: {clean(what)}{advice}; --unseen adds it without a look")
    err.print(f"{clean(proposal.entry['url'])} is {clean(proposal.message)}", markup=False, soft_wrap=True)
    for title in proposal.titles[:3]:
        err.print(f"  {clean(title)}", markup=False, soft_wrap=True)
    kept = {"id": source.id, "url": source.url} if source.kind is SourceKind.ENUMERABLE else {}
    return {key: clean(value) for key, value in (proposal.entry | kept).items()}


def _refuse_known(source: Source, known: Iterable[Source]) -> None:
    for other in known:
        if canonical_url(source.url) == canonical_url(other.url):
            raise SourceRefused(f"{source.url} is already there as {other.id} ({other.province})")
        if source.id == other.id:
            raise SourceRefused(f"the id {source.id} is already taken by {other.url} ({other.province}); give --id")


def _validated(entry: Mapping[str, str], new: NewSource) -> Source:
    try:
        return Source.model_validate({**entry, "allow_hosts": new.allow_hosts, "province": new.province})
    except ValidationError as error:
        detail = error.errors()[0]
        raise SourceRefused(
            f"{'.'.join(map(str, detail['loc']))}: {detail['msg'].removeprefix('Value error, ')}"
        ) from None
