"""Writes entries of sources files. What stands in a file, comments too, stays as it is."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from pipelines.atomic import replace_atomically
from pipelines.crawl.registry.source_files import SourceError, read_sources
from schemas.sources import Source


def entry_text(source: Source, *, with_province: bool = False) -> str:
    """The entry as it stands in a sources file: what is not the default."""
    kept = source.model_dump(mode="json", exclude_defaults=True, exclude=set() if with_province else {"province"})
    body = yaml.safe_dump([kept], allow_unicode=True, sort_keys=False, width=10_000)
    return "".join(f"  {line}\n" for line in body.splitlines())


def append_entries(target: Path, province: str, sources: Sequence[Source]) -> None:
    """Append entries to a file, which is begun when it is not there. Entries of another province name it themselves.

    Raises:
        SourceError: the file would not pass its own check; the old one then stays.
        OSError: the disk refuses.
    """
    before = target.read_text(encoding="utf-8") if target.exists() else f"province: {province}\nsources:\n"
    head = yaml.safe_load(before) if target.exists() else {"province": province}
    if isinstance(head, dict) and head.get("sources") == []:
        before = f"province: {head.get('province', province)}\nsources:\n"
    own = head.get("province") if isinstance(head, dict) else province
    entries = "".join(entry_text(source, with_province=source.province != own) for source in sources)
    text = before.rstrip("\n") + "\n" + entries

    def write(draft: Path) -> None:
        draft.write_text(text, encoding="utf-8")
        _, problems = read_sources(draft)  # an odd hand-made layout must not become a broken file
        if problems:
            raise SourceError(problems)

    target.parent.mkdir(parents=True, exist_ok=True)
    replace_atomically(target, write)
