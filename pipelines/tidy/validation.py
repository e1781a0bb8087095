"""Staged rows → validated rows of all versions, in ``tidy/``, province by province and part by part.

Pure in (staged files, corrections, code): equal inputs give equal bytes. A part whose inputs have not changed is not
written, and in one that has, only the reports whose rows changed are validated again.
"""

import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines import parts
from pipelines.code_version import code_version
from pipelines.home import Home
from pipelines.staging.staged_tables import staged_parts, staged_provinces
from pipelines.tidy.corrections import FOLDER, Correction, load_corrections
from pipelines.tidy.corrections import digest as corrections_digest
from pipelines.tidy.tidy_store import FOLDERS, PartResult, State, read_state, write_state
from pipelines.tidy.validate_parts import PartGroup, ValidationTask, batches, find_changes, validate_batch
from schemas.tables import STAGED

_AT_ONCE = 8
"""Parts of a province that are read at once: 2,048 reports at most."""

_THREADS = 8
"""Batches validated at a time, at most: each has the rows of 2,048 reports in memory, several times."""


@dataclass(frozen=True)
class TidySummary:
    """The result of one province. ``problems`` are defects of whole tables."""

    province: str
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    changed: bool = True
    n_validated: int = 0  # reports validated in this run; the others are unchanged

    @property
    def n_quarantined(self) -> int:
        return sum(self.quarantined.values())


def validate_province(home: Home, province: str, *, corrections_folder: Path = FOLDER) -> TidySummary:
    """``validate_provinces`` for one."""
    return validate_provinces(home, [province], corrections_folder=corrections_folder)[0]


def validate_provinces(
    home: Home,
    provinces: Sequence[str],
    *,
    corrections_folder: Path = FOLDER,
    on_done: Callable[[int], None] | None = None,
) -> list[TidySummary]:
    """Number versions, apply corrections, validate every table, and replace the provinces' tidy files.

    Rows that fail go to ``tidy/quarantine`` with all their reasons; rows of a report whose own row failed go with it. One
    bad table does not stop the others. ``on_done`` is called with the number of finished provinces. Raises CorrectionError for a
    malformed corrections file.
    """
    corrections = load_corrections(corrections_folder)
    makings = {province: _begin(home, province, _rules_digest(corrections)) for province in provinces}
    done = 0
    for making in makings.values():
        done += _end(home, making, done, on_done)
    for batch, made in _made(home, [*makings.values()], corrections):
        for task in batch:
            making = makings[task.group.province]
            making.made |= {part: made[part] for part in task.group.inputs}
            making.n_validated += task.n_reports
        for province in dict.fromkeys(task.group.province for task in batch):
            done += _end(home, makings[province], done, on_done)
    parts.remove_others(home.tidy, {making.province: making.names for making in makings.values()})
    return [_summary(making) for making in makings.values()]


def tidy_provinces(home: Home) -> list[str]:
    """Provinces that have something to validate, sorted."""
    return staged_provinces(home)


@dataclass
class _Making:
    """A province in progress. ``stale``: parts to write, with the digests of their staged files."""

    province: str
    before: State
    rules: str
    names: list[str]
    stale: dict[str, str]
    current: frozenset[str]  # parts whose tidy files agree with their signatures
    made: dict[str, PartResult]
    n_validated: int = 0


def _begin(home: Home, province: str, rules: str) -> _Making:
    """Find the stale parts and unlist them before a file is replaced: until the end some are old and some new."""
    before, names = read_state(home, province), staged_parts(home, province)
    same = before.rules == rules and before.count == len(names)
    current = frozenset(name for name in names if same and name in before.made and _outputs_exist(home, name))
    inputs = {name: _inputs_digest(home, name) for name in names}
    stale = {n: digest for n, digest in inputs.items() if n not in current or before.made[n].inputs != digest}
    made = {name: before.made[name] for name in names if name not in stale}
    if stale and before.count == len(names):
        write_state(home, province, State(rules, len(names), made))
    return _Making(province, before, rules, names, stale, current, made)


def _end(home: Home, making: _Making, done: int, on_done: Callable[[int], None] | None) -> bool:
    """List the written parts, once all are written."""
    if len(making.made) < len(making.names):
        return False
    if making.stale:
        made = {name: making.made[name] for name in making.names}
        write_state(home, making.province, State(making.rules, len(making.names), made))
    if on_done:
        on_done(done + 1)
    return True


def _made(
    home: Home, makings: Sequence[_Making], corrections: Sequence[Correction]
) -> Iterator[tuple[list[ValidationTask], dict[str, PartResult]]]:
    """Each batch with its result. Batches are prepared here while others are validated, one per processor up to eight.

    Threads, not processes: polars does the task and releases the GIL.
    """
    tasks = (find_changes(home, group) for making in makings for group in _part_groups(making))
    waiting: deque[tuple[list[ValidationTask], Future[dict[str, PartResult]]]] = deque()
    threads = min(os.cpu_count() or 1, _THREADS)
    with ThreadPoolExecutor(threads, thread_name_prefix="tidy") as pool:
        for batch in batches(tasks):
            waiting.append((batch, pool.submit(validate_batch, home, batch, corrections)))
            if len(waiting) > threads:
                yield waiting[0][0], waiting.popleft()[1].result()
        while waiting:
            yield waiting[0][0], waiting.popleft()[1].result()


def _part_groups(making: _Making) -> Iterator[PartGroup]:
    """The stale parts of a province in groups; valid and invalid ones in separate groups."""
    for stands in (True, False):
        names = [name for name in making.stale if (name in making.current) == stands]
        for start in range(0, len(names), _AT_ONCE):
            inputs = {name: making.stale[name] for name in names[start : start + _AT_ONCE]}
            yield PartGroup(making.province, inputs, len(making.names), stands, making.before)


def _summary(making: _Making) -> TidySummary:
    rows, quarantined = Counter[str](), Counter[str]()
    for made in making.made.values():
        rows.update(made.rows)
        quarantined.update(made.quarantined)
    problems = dict.fromkeys(problem for name in making.names for problem in making.made[name].problems)
    return TidySummary(
        making.province,
        dict(rows),
        dict(quarantined),
        tuple(problems),
        changed=bool(making.stale),
        n_validated=making.n_validated,
    )


def _rules_digest(corrections: Sequence[Correction]) -> str:
    """Digest of code, registry and corrections: everything that decides what staged rows become."""
    text = f"{code_version()} {pl.__version__} {corrections_digest(corrections)}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _inputs_digest(home: Home, part: str) -> str:
    hasher = hashlib.blake2b(digest_size=16)
    for name in sorted(STAGED):
        path = home.staged_table(name, part)
        hasher.update(name.encode())
        if path.exists():
            with path.open("rb") as handle:
                hasher.update(hashlib.file_digest(handle, "blake2b").digest())
    return hasher.hexdigest()


def _outputs_exist(home: Home, part: str) -> bool:
    return all(home.tidy_table(folder, part).exists() for folder in (*FOLDERS.values(), "quarantine"))
