"""Reads the sources files and says, with file, line and key, what is wrong with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor

from schemas.errors import GongkaiError
from schemas.sources import Known, Source
from schemas.yaml_text import Loader

_LoC = tuple[str | int, ...]


@dataclass(frozen=True)
class SourceProblem:
    """One thing wrong with a sources file. ``line`` counts from 1."""

    file: Path
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.key}: {self.message}"
            if self.key
            else f"{self.file}:{self.line}: {self.message}"
        )


class SourceError(GongkaiError):
    """The sources cannot be used. ``problems`` holds every one found, not only the first."""

    def __init__(self, problems: Iterable[SourceProblem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")


DISCOVERED = "discovered"
"""Folder of proposals below the sources folder: ``discovered/<province>.yaml``."""
ACCEPTED = "accepted.txt"
"""In that folder: the ids of the proposals that an operator has accepted, one a line; ``#`` begins a comment."""


def load_sources(path: Path) -> list[Source]:
    """Load one sources file, or every ``*.yaml`` of a folder, in order of file name; of proposals those that are accepted.

    Raises:
        SourceError: a file is missing, is not YAML, has a wrong key or value, or an id occurs twice.
    """
    sources, problems = read_sources(path)
    if problems:
        raise SourceError(problems)
    return sources


def read_sources(path: Path) -> tuple[list[Source], list[SourceProblem]]:
    """Like :func:`load_sources`, but hands back the sound entries together with all problems."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files and not read_accepted(path / DISCOVERED):
        return [], [SourceProblem(path, 1, "", "no *.yaml file in this folder, and no proposal that has been accepted")]
    sources: list[Source] = []
    problems: list[SourceProblem] = []
    first_seen: dict[str, str] = {}
    for file in files:
        for item in _read_file(file):
            if isinstance(item, SourceProblem):
                problems.append(item)
                continue
            source, line = item
            place = first_seen.setdefault(source.id, f"{file}:{line}")
            if place != f"{file}:{line}":
                problems.append(SourceProblem(file, line, "id", f"{source.id!r} is already used at {place}"))
            else:
                sources.append(source)
    if path.is_dir() and (path / DISCOVERED).is_dir():
        _add_accepted(path / DISCOVERED, sources, problems, first_seen)
    return sources, problems


def read_accepted(folder: Path) -> dict[str, int]:
    """Ids of accepted proposals with the line that each stands on, from 1."""
    path = folder / ACCEPTED
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    named = ((line.partition("#")[0].strip(), number) for number, line in enumerate(lines, 1))
    return {name: number for name, number in named if name}


def _add_accepted(folder: Path, sources: list[Source], problems: list[SourceProblem], taken: dict[str, str]) -> None:
    accepted = read_accepted(folder)
    found: set[str] = set()
    for file in sorted(folder.glob("*.yaml")):
        for item in _read_file(file):
            if isinstance(item, SourceProblem):
                problems.append(item)
            elif item[0].id in accepted and item[0].id not in found:
                found.add(item[0].id)
                if item[0].id in taken:
                    place = taken[item[0].id]
                    problems.append(SourceProblem(file, item[1], "id", f"{item[0].id!r} is already used at {place}"))
                else:
                    sources.append(item[0])
    missing = [(name, line) for name, line in accepted.items() if name not in found]
    problems += [SourceProblem(folder / ACCEPTED, line, "", f"{name!r} is no proposal") for name, line in missing]


def _read_file(file: Path) -> Iterator[tuple[Source, int] | SourceProblem]:
    parsed = _parsed(file)
    if isinstance(parsed, SourceProblem):
        yield parsed
        return
    root, data = parsed
    yield from _repeated_keys(file, root)
    for key in data:
        if key not in ("province", "sources"):
            yield SourceProblem(file, _line(root, (key,)), str(key), "unknown key; expected province or sources")
    province, entries = data.get("province"), data.get("sources")
    if not isinstance(province, str):
        yield SourceProblem(
            file, _line(root, ("province",)), "province", "is required: a province in pinyin, or central"
        )
        return
    if not isinstance(entries, list):
        yield SourceProblem(file, _line(root, ("sources",)), "sources", "is required: a list of entries")
        return
    for position, entry in enumerate(entries):
        yield from _read_entry(file, root, position, entry, province)


def _parsed(file: Path) -> tuple[yaml.Node, dict[str, Any]] | SourceProblem:
    """The nodes of a file, which know their lines, and its content."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=Loader)
        data: Any = SafeConstructor().construct_document(root) if root else None
    except OSError as error:
        return SourceProblem(file, 1, "", f"cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return SourceProblem(file, 1, "", "is not UTF-8 text")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return SourceProblem(file, mark.line + 1 if mark else 1, "", f"is not YAML: {getattr(error, 'problem', error)}")
    if not isinstance(data, dict) or root is None:
        return SourceProblem(file, 1, "", "must be a mapping with the keys province and sources")
    return root, data


def _read_entry(
    file: Path, root: yaml.Node, position: int, entry: object, province: str
) -> Iterator[tuple[Source, int] | SourceProblem]:
    here: _LoC = ("sources", position)
    if not isinstance(entry, dict):
        yield SourceProblem(file, _line(root, here), "sources", "each entry must be a mapping with id and url")
        return
    if "province" in entry and entry.get("known") != Known.DISCOVERED.value:
        yield SourceProblem(file, _line(root, (*here, "province")), "province", "belongs at the head of the file")
        return
    try:
        yield Source.model_validate({"province": province, **entry}), _line(root, here)
    except ValidationError as error:
        for detail in error.errors():
            inner = () if detail["loc"][:1] == ("province",) else detail["loc"]
            where = ("province",) if detail["loc"][:1] == ("province",) else (*here, *inner)
            yield SourceProblem(
                file, _line(root, where), ".".join(map(str, detail["loc"])), _plain(detail["type"], detail["msg"])
            )


def _plain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"unknown key; known are {', '.join(name for name in Source.model_fields if name != 'province')}"
    if kind == "missing":
        return "is required"
    return message.removeprefix("Value error, ")


def _line(root: yaml.Node, location: _LoC) -> int:
    """Line of the deepest part of ``location`` that the file has."""
    node, line = root, root.start_mark.line
    for step in location:
        if isinstance(node, yaml.MappingNode):
            match = next((pair for pair in node.value if pair[0].value == str(step)), None)
            if match is None:
                break
            line, node = match[0].start_mark.line, match[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _repeated_keys(file: Path, node: yaml.Node) -> Iterator[SourceProblem]:
    """YAML silently keeps the last of two equal keys; a sources file with two urls in one entry is a mistake."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield SourceProblem(file, key.start_mark.line + 1, str(key.value), "occurs twice in the same entry")
            seen.add(key.value)
            yield from _repeated_keys(file, value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(file, item)
