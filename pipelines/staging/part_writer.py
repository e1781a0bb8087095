"""Writes the staged tables of a province in chunks of parts, and publishes them to readers when all are written.

A part is due if its documents differ from those that are held now. Due parts are written to the unfinished folder, each
complete, and recorded in the state file once they are durable. A run that dies loses only its current chunk. ``finish`` moves all
parts into place. The output depends on the documents only, not on the order of runs.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import parts
from pipelines.atomic import replace_together
from pipelines.home import Home
from pipelines.read.fact_frames import KEY, Frames
from pipelines.staging.staged_tables import Note, read_staged, settled, write_note
from schemas.report_ids import document_ids
from schemas.tables import STAGED, staged_schema

_KEYS = dict.fromkeys(KEY, pl.String)
_DOCUMENT = (document_ids(), "payload_digest")
"""Key of the document that a staged report stands in."""
_BY_DOCUMENT: dict[str, Any] = {"left_on": _DOCUMENT, "right_on": KEY}


class Staging:
    """Updates the staged files of one province.

    Attributes:
        count: Parts that the province is cut into.
        due: Numbers of the parts to write, in order.
        known: Keys of documents that this version has already read.
    """

    def __init__(
        self, home: Home, province: str, reading_version: str, held: Iterable[tuple[str, str]], *, afresh: bool = False,
        again: Collection[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """``held``: keys of the documents to stage. ``afresh``: ignore everything staged. ``again``: keys to read again."""
        self._home, self._province, self._version = home, province, reading_version
        self._held = pl.DataFrame(list(held), schema=_KEYS, orient="row")
        self.count = parts.count_for(self._held["report_id"].n_unique())
        self._names = parts.names(province, self.count)
        self._note = settled(home, province)
        resumes = self._note.next_version == reading_version and not afresh
        self._unfinished = self._note.unfinished if resumes else ()
        self._sources = [] if afresh else self._staged_by_this_version()
        found = pl.concat([_no_keys(), *(_keys_of(file, at) for at, file in enumerate(self._sources))])
        found = found.join(pl.DataFrame(list(again), schema=_KEYS, orient="row"), **_BY_DOCUMENT, how="anti")
        self._known = found.unique(KEY, keep="first").join(self._held, **_BY_DOCUMENT, how="semi")
        self.known = set(self._known.select(_DOCUMENT).iter_rows())
        self.due = self._due(found)

    def stage(self, numbers: Sequence[int], fresh: Sequence[Frames]) -> None:
        """Write these due parts from known and fresh documents. Nothing is written if this raises."""
        names = [self._names[number] for number in numbers]
        if not set(names).isdisjoint(self._note.unfinished):
            self._note_unfinished([name for name in self._unfinished if name not in names])
        kept = self._known.filter(parts.places(self._known["report_id"], self.count).is_in(numbers))
        writes: dict[Path, Callable[[Path], object]] = {}
        for table in STAGED:
            rows = parts.cut(self._rows(table, kept, fresh), self.count)
            for number, name in zip(numbers, names, strict=True):
                write = partial(rows[number].write_parquet, compression="zstd")
                writes[self._home.unfinished / table / f"{name}.parquet"] = write
        replace_together(writes)
        self._note_unfinished([*self._unfinished, *names])

    def finish(self) -> None:
        """Publish what was staged to readers. Call when no part is due any more."""
        if self._note == Note(self._version, self.count):
            return
        moved = tuple(name for name in self._names if name in self._unfinished)
        write_note(self._home, self._province, Note(self._version, self.count, self._version, moved, is_moving=True))
        self._note = settled(self._home, self._province)

    def _staged_by_this_version(self) -> list[tuple[Path, str]]:
        """Folder and part of everything this version has staged; unfinished parts first, because they are newer."""
        found = [(self._home.unfinished, part) for part in self._unfinished]
        if self._note.reading_version == self._version:
            found += [(self._home.staged, part) for part in parts.names(self._province, self._note.count)]
        return [(folder, part) for folder, part in found if (folder / "documents" / f"{part}.parquet").exists()]

    def _due(self, found: pl.DataFrame) -> list[int]:
        """Parts without a file, and parts whose file has other documents than are held."""
        counting: dict[str, int] = {}
        for at, (_, part) in enumerate(self._sources):
            counting.setdefault(part, at)
        existing = found.filter(pl.col("at").is_in([counting[name] for name in self._names if name in counting]))
        new = self._held.join(existing, left_on=KEY, right_on=_DOCUMENT, how="anti")
        gone = existing.join(self._held, **_BY_DOCUMENT, how="anti")
        without = {number for number, name in enumerate(self._names) if name not in counting}
        return sorted(without | set(parts.places(pl.concat([new["report_id"], gone["report_id"]]), self.count)))

    def _rows(self, table: str, kept: pl.DataFrame, fresh: Sequence[Frames]) -> pl.DataFrame:
        """Rows of one table for the kept and the fresh documents, sorted."""
        existing = [
            read_staged(folder, table, part).join(keys, on=KEY, how="semi")
            for (at,), keys in kept.partition_by("at", as_dict=True, maintain_order=True).items()
            for folder, part in [self._sources[at]]
        ]
        rows = pl.concat([pl.DataFrame(schema=staged_schema(table)), *existing, *(frames[table] for frames in fresh)])
        return rows.sort(rows.columns, nulls_last=False)

    def _note_unfinished(self, names: Sequence[str]) -> None:
        self._unfinished = tuple(names)
        self._note = Note(self._note.reading_version, self._note.count, self._version, self._unfinished)
        write_note(self._home, self._province, self._note)


def stage_rows(home: Home, province: str, reading_version: str, frames: Sequence[Frames]) -> None:
    """Replace everything that is staged of a province by these documents."""
    held = pl.concat([_no_keys().select(KEY), *(each["documents"].select(_DOCUMENT) for each in frames)])
    staging = Staging(home, province, reading_version, held.unique().sort(KEY).iter_rows(), afresh=True)
    staging.stage(staging.due, frames)
    staging.finish()


def _keys_of(source: tuple[Path, str], at: int) -> pl.DataFrame:
    folder, part = source
    keys = pl.read_parquet(folder / "documents" / f"{part}.parquet", columns=list(KEY))
    return keys.with_columns(at=pl.lit(at, pl.Int64))


def _no_keys() -> pl.DataFrame:
    return pl.DataFrame(schema=_KEYS | {"at": pl.Int64})
