"""Writes entries of sources files. What stands in a file, comments too, stays as it is."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from pipelines.atomic import replace_atomically
from pipelines.crawl.registry.source_files import ACCEPTED, SourceError, read_accepted, read_sources
from schemas.sources import Source
from schemas.yaml_text import load_yaml


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
    head = load_yaml(before) if target.exists() else {"province": province}
    if isinstance(head, dict) and head.get("sources") == []:
        before = f"province: {head.get('province', province)}\nsources:\n"
    own = head.get("province") if isinstance(head, dict) else province
    entries = "".join(entry_text(source, with_province=source.province != own) for source in sources)
    text = before.rstrip("\n") + "\n" + entries

    target.parent.mkdir(parents=True, exist_ok=True)
    replace_atomically(target, lambda draft: _write_checked(draft, text))


def accept_proposals(folder: Path, ids: Sequence[str]) -> list[str]:
    """Add ids of proposals to the accepted ones of ``folder``, one a line. Returns those that are new."""
    path, accepted = folder / ACCEPTED, read_accepted(folder)
    new = [name for name in dict.fromkeys(ids) if name not in accepted]
    head = "# Proposals that an operator has looked at and accepted: the crawl takes these and no others.\n"
    text = path.read_text(encoding="utf-8") if path.exists() else head
    text = text.rstrip("\n") + "\n" + "".join(f"{name}\n" for name in new)
    if new:
        replace_atomically(path, lambda draft: draft.write_text(text, encoding="utf-8"))
    return new


def correct_entries(file: Path, corrections: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Change keys of entries, by id; every other character of the file stays. Returns the ids that were changed.

    Raises:
        SourceError: the file would not pass its own check; the old one then stays.
    """
    text = file.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    edits: list[tuple[int, int, str]] = []
    changed = []
    for entry in _entries(root):
        keys = {key.value: (key, value) for key, value in entry.value}
        wanted = corrections.get(keys["id"][1].value, {}) if "id" in keys else {}
        for name, new in wanted.items():
            edits.append(_edit(text, keys, name, new))
        if wanted:
            changed.append(keys["id"][1].value)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    if edits:
        replace_atomically(file, lambda draft: _write_checked(draft, text))
    return changed


def _entries(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    listed: list[yaml.Node] = next((value.value for key, value in pairs if key.value == "sources"), [])
    return (entry for entry in listed if isinstance(entry, yaml.MappingNode))


def _edit(text: str, keys: Mapping[str, tuple[yaml.Node, yaml.Node]], name: str, new: str) -> tuple[int, int, str]:
    """(from, to, text): the value in place of the old one, or a line of its own below the address."""
    written = yaml.safe_dump(new, allow_unicode=True, width=10_000).removesuffix("\n...\n").rstrip("\n")
    if name in keys:
        old = keys[name][1]
        return old.start_mark.index, old.end_mark.index, written
    key, value = keys["url"]
    at = text.find("\n", value.end_mark.index)
    at = len(text) if at < 0 else at
    return at, at, f"\n{' ' * key.start_mark.column}{name}: {written}"


def _write_checked(draft: Path, text: str) -> None:
    draft.write_text(text, encoding="utf-8")
    _, problems = read_sources(draft)  # an odd hand-made layout must not become a broken file
    if problems:
        raise SourceError(problems)
