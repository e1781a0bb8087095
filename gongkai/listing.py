"""`gongkai sources check` and `gongkai sources add`: the list of pages to crawl."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import ValidationError

from gongkai.show import clean, err
from pipelines.atomic import replace_atomically
from pipelines.crawl.guard import Guard, RefusedByGuard
from pipelines.crawl.sources import SourceError, load_sources, read_sources
from schemas.settings import Settings
from schemas.sources import Source


class UnregisteredHost(Exception):
    """A source points at a host that the crawler may not reach."""


class SourceRefused(Exception):
    """A source that cannot be added."""


def check(settings: Settings) -> int:
    """Print every problem of the configured sources to stderr. Returns 0 when there is none, else 1."""
    sources, problems = read_sources(settings.sources)
    lines = [str(problem) for problem in problems] + unregistered(sources, settings.allow_hosts)
    for line in lines:
        sys.stderr.write(f"{clean(line)}\n")
    kinds = Counter(source.kind.value for source in sources)
    provinces = len({source.province for source in sources})
    counted = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "none"
    err.print(f"{len(sources)} sources in {provinces} provinces ({counted}); {len(lines)} problems", markup=False)
    return 1 if lines else 0


def unregistered(sources: Iterable[Source], allow_hosts: tuple[str, ...]) -> list[str]:
    """One line for every enabled source whose own address the guard would refuse."""
    guard, lines = Guard(allow_hosts), []
    for source in sources:
        if source.enabled:
            try:
                guard.permit(source.url.replace("{year}", "2020"), source.allow_hosts)
            except RefusedByGuard as refusal:
                lines.append(f"source {source.id}: {refusal}")
    return lines


def demand_sound(settings: Settings) -> list[Source]:
    """The configured sources, or a refusal in one line, before anything is fetched.

    Raises:
        SourceError: a file is wrong.
        UnregisteredHost: a source could never be fetched.
    """
    sources = load_sources(settings.sources)
    lines = unregistered(sources, settings.allow_hosts)
    if lines:
        raise UnregisteredHost(lines[0] + (f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""))
    return sources


def add(settings: Settings, province: str, entry: Mapping[str, str | None]) -> Path:
    """Append a source to ``<province>.yaml`` of the sources folder. Comments in the file stay.

    Raises:
        SourceRefused: the entry is wrong, its host is not registered, or its id or url is already there.
    """
    named = {**entry, "id": entry["id"] or _id_from(entry["url"] or "")}
    given = {key: value for key, value in named.items() if value is not None}
    source = _validated(given, province)
    known = load_sources(settings.sources) if settings.sources.exists() else []
    for other in known:
        if source.id == other.id or source.url == other.url:
            raise SourceRefused(f"{source.url} is already there as {other.id} ({other.province})")
    if lines := unregistered([source], settings.allow_hosts):
        raise SourceRefused(lines[0])
    target = settings.sources if settings.sources.suffix == ".yaml" else settings.sources / f"{province}.yaml"
    _append(target, province, given)
    err.print(f"added {source.id} to {target}", markup=False)
    return target


def _validated(entry: Mapping[str, str], province: str) -> Source:
    try:
        return Source.model_validate({**entry, "province": province})
    except ValidationError as error:
        detail = error.errors()[0]
        raise SourceRefused(
            f"{'.'.join(map(str, detail['loc']))}: {detail['msg'].removeprefix('Value error, ')}"
        ) from None


def _id_from(url: str) -> str:
    parts = urlsplit(url)
    words = re.findall(
        r"[a-z0-9]+", f"{(parts.hostname or '').removeprefix('www.').removesuffix('.gov.cn')} {parts.path}".lower()
    )
    return "-".join(words)[:100].strip("-") or "source"


def _append(target: Path, province: str, entry: Mapping[str, str]) -> None:
    before = target.read_text(encoding="utf-8") if target.exists() else f"province: {province}\nsources:\n"
    body = yaml.safe_dump([dict(entry)], allow_unicode=True, sort_keys=False, width=10_000)
    indented = "".join(f"  {line}\n" for line in body.splitlines())
    text = before.rstrip("\n") + "\n" + indented

    def write(draft: Path) -> None:
        draft.write_text(text, encoding="utf-8")
        _, problems = read_sources(draft)  # an odd hand-made layout must not become a broken file
        if problems:
            raise SourceError(problems)

    replace_atomically(target, write)
