"""The staged tables on disk, and which of their files are valid.

The state file of a province (``staged/version/<province>.json``) lists the valid parts, so that files that a crash left behind
are ignored. Output of a reading in progress is in another folder (``Home.unfinished``): readers see the former state
until the new state is complete.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from pipelines import parts
from pipelines.atomic import move_together, replace_atomically
from pipelines.home import Home
from schemas.tables import STAGED, staged_schema


@dataclass(frozen=True)
class Note:
    """The staged state of a province.

    Attributes:
        reading_version: Version that read the files in place.
        count: Number of parts.
        next_version: Version that reads the unfinished parts.
        unfinished: Parts that are complete and not in place yet.
        is_moving: Whether they are being moved into place. From then on they are valid.
    """

    reading_version: str = ""
    count: int = 1
    next_version: str = ""
    unfinished: tuple[str, ...] = ()
    is_moving: bool = False


def staged_parts(home: Home, province: str) -> list[str]:
    """Parts of the province in order, all of one version. First finishes the move of a run that was killed."""
    return parts.names(province, settled(home, province).count)


def staged_provinces(home: Home) -> list[str]:
    """Provinces that have staged documents, sorted."""
    files = (home.staged / "documents").glob("*.parquet")
    return sorted({parts.province_of(path.stem) for path in files if not path.name.startswith(".")})


def staged_files(home: Home, table: str, province: str | None = None) -> list[Path]:
    """Files of one staged table in order, of all provinces or of one."""
    wanted = staged_provinces(home) if province is None else [province]
    paths = (home.staged_table(table, part) for name in wanted for part in staged_parts(home, name))
    return [path for path in paths if path.exists()]


def read_staged(folder: Path, table: str, part: str) -> pl.DataFrame:
    """Rows of a part below ``Home.staged`` or ``Home.unfinished``; none when it has no file."""
    path = folder / table / f"{part}.parquet"
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=staged_schema(table))


def settled(home: Home, province: str) -> Note:
    """The state of a province, after finishing the move of a run that died during it."""
    note = _read_note(home, province)
    if not note.is_moving:
        return note
    files = [f"{table}/{part}.parquet" for table in STAGED for part in note.unfinished]
    move_together({home.unfinished / name: home.staged / name for name in files})
    parts.remove_others(home.staged, {province: parts.names(province, note.count)})
    parts.remove_others(home.unfinished, {province: ()})
    note = Note(note.reading_version, note.count)
    write_note(home, province, note)
    return note


def write_note(home: Home, province: str, note: Note) -> None:
    """Write the state file."""
    text = json.dumps(asdict(note))
    replace_atomically(_note(home, province), lambda draft: draft.write_text(text, "utf-8"))


def _read_note(home: Home, province: str) -> Note:
    path = _note(home, province)
    held = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return Note(
        held.get("reading_version", ""), held.get("count", 1), held.get("next_version", ""),
        tuple(held.get("unfinished", ())), held.get("is_moving", False),
    )  # fmt: skip


def _note(home: Home, province: str) -> Path:
    return home.staged / "version" / f"{province}.json"
