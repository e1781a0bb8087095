"""The staged tables on disk. What was read goes into the parts it concerns; the files of the others are not touched.

A note for each province (``staged/version/<province>.json``) says which files count: a reader of the tables asks it, so that
files of another cut, which a crash may leave, are never met.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import polars as pl

from pipelines import parts
from pipelines.atomic import replace_atomically, replace_together
from pipelines.home import Home
from pipelines.read.batch import KEY, Frames
from schemas.tables import STAGED, staged_schema


@dataclass(frozen=True)
class Note:
    """What the staged files of a province are.

    Attributes:
        reading_version: What read them.
        count: Parts that they are cut into.
        torn: Parts that were being written; what they hold is read again.
    """

    reading_version: str = ""
    count: int = 1
    torn: tuple[str, ...] = ()


def staged_parts(home: Home, province: str) -> list[str]:
    """Parts of the province in order."""
    return parts.names(province, _read_note(home, province).count)


def staged_provinces(home: Home) -> list[str]:
    """Provinces that have staged documents, sorted."""
    files = (home.staged / "documents").glob("*.parquet")
    return sorted({parts.province_of(path.stem) for path in files if not path.name.startswith(".")})


def staged_files(home: Home, table: str, province: str | None = None) -> list[Path]:
    """Files of one staged table in order, of all provinces or of one."""
    wanted = staged_provinces(home) if province is None else [province]
    paths = (home.staged_table(table, part) for name in wanted for part in staged_parts(home, name))
    return [path for path in paths if path.exists()]


def read_staged(home: Home, table: str, part: str) -> pl.DataFrame:
    """Rows of a part; none when it has no file."""
    path = home.staged_table(table, part)
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=staged_schema(table))


def known_documents(home: Home, province: str, reading_version: str) -> pl.DataFrame | None:
    """Keys of the documents that are staged whole and were read by this version; None when nothing was staged by it."""
    note = _read_note(home, province)
    if note.reading_version != reading_version:
        return None
    whole = [home.staged_table("documents", name) for name in parts.names(province, note.count) if name not in note.torn]
    return pl.concat([_no_keys(), *(pl.read_parquet(path, columns=list(KEY)) for path in whole if path.exists())])


def is_torn(home: Home, province: str) -> bool:
    """Whether a run was killed while it replaced files of the province."""
    return bool(_read_note(home, province).torn)


def stage_rows(
    home: Home,
    province: str,
    reading_version: str,
    fresh: Sequence[Frames],
    kept: pl.DataFrame | None = None,
    gone: Collection[str] = (),
) -> None:
    """Bring the staged files of a province in line with what is held: the kept documents that stand, and the fresh ones.

    Equal contents give byte-identical files, whatever was read when.

    Args:
        fresh: Frames of the documents that were read.
        kept: Keys of the documents that stand as they are staged; None: none do, all files are written anew.
        gone: Reports of which a staged document is no longer held.
    """
    standing, afresh = _read_note(home, province), kept is None
    kept = _no_keys() if kept is None else kept
    read = {table: pl.concat([pl.DataFrame(schema=staged_schema(table)), *(f[table] for f in fresh)]) for table in STAGED}
    held = pl.concat([kept["report_id"], read["documents"]["report_id"]])
    count = parts.count_for(held.n_unique())
    names = parts.names(province, count)
    source = parts.names(province, standing.count)
    written = names
    if not afresh and (standing.reading_version, standing.count) == (reading_version, count):
        concerned = pl.concat([read["documents"]["report_id"], pl.Series(list(gone), dtype=pl.String)])
        numbers = set(parts.places(concerned, count).to_list())
        source = written = [part for number, part in enumerate(names) if number in numbers or part in standing.torn]
    if standing.count == count:
        _write_note(home, province, Note(reading_version, count, tuple(written)))
    replace_together(
        {
            home.staged_table(table, part): partial(rows.write_parquet, compression="zstd")
            for table in sorted(STAGED, key=lambda name: name == "documents")
            for part, rows in zip(names, _together(home, table, source, kept, read[table], count), strict=True)
            if part in written
        }
    )
    _write_note(home, province, Note(reading_version, count))
    parts.remove_others(home.staged, province, names)


def _together(
    home: Home, table: str, source: Sequence[str], kept: pl.DataFrame, fresh: pl.DataFrame, count: int
) -> list[pl.DataFrame]:
    """Kept rows of the source parts and fresh rows, sorted, as the rows of each part."""
    standing = [read_staged(home, table, part).join(kept, on=KEY, how="semi") for part in source] if kept.height else []
    return parts.cut(pl.concat([*standing, fresh]).sort(fresh.columns, nulls_last=False), count)


def _no_keys() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(KEY, pl.String))


def _note(home: Home, province: str) -> Path:
    return home.staged / "version" / f"{province}.json"


def _read_note(home: Home, province: str) -> Note:
    path = _note(home, province)
    held = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return Note(held.get("reading_version", ""), held.get("count", 1), tuple(held.get("torn", ())))


def _write_note(home: Home, province: str, note: Note) -> None:
    text = json.dumps(asdict(note))
    replace_atomically(_note(home, province), lambda draft: draft.write_text(text, "utf-8"))
