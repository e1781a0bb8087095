"""Parts: the rows of a province in several files, by ranges of ``report_id``, so that a run rewrites only the parts that changed.

The number of parts depends on the number of reports only, and the part of a report on its id only: equal archives give equal
files, whatever the earlier runs were. Ids are hashes, so equal ranges hold about equally many reports.
"""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

REPORTS = 256
"""Maximum average number of reports per part. Smaller files cost more to open than to read."""

_ROWS = ("parquet", "signatures")
"""Suffixes of files with the rows of a part. State files of a province are not split."""


def count_for(n_reports: int) -> int:
    """Number of parts for so many reports: a power of two."""
    count = 1
    while n_reports > count * REPORTS:
        count *= 2
    return count


def names(province: str, count: int) -> list[str]:
    """Names of the parts of a province, in order: ``jiangsu``, or ``jiangsu.00-of-16`` and so on."""
    if count == 1:
        return [province]
    return [f"{province}.{number:0{len(str(count))}d}-of-{count}" for number in range(count)]


def province_of(part: str) -> str:
    """The province of a part."""
    return part.partition(".")[0]


def places(report_ids: pl.Series, count: int) -> pl.Series:
    """Part number of each report."""
    return _bounds(count).search_sorted(report_ids.fill_null(""), side="right")


def cut(rows: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """Split rows, sorted by ``report_id``, into parts."""
    if count == 1:
        return [rows]
    edges = [0, *rows["report_id"].search_sorted(_bounds(count), side="left"), rows.height]
    return [rows[start:end] for start, end in pairwise(edges)]


def remove_others(root: Path, kept: Mapping[str, Sequence[str]]) -> None:
    """Remove files below ``root`` of former splits of some provinces. ``kept``: province → its parts."""
    provinces = {province: frozenset(names) for province, names in kept.items()}
    for folder in root.iterdir() if root.exists() else ():
        for name in os.listdir(folder):
            part, _, suffix = name.rpartition(".")
            names_kept = provinces.get(province_of(part))
            if names_kept is not None and suffix in _ROWS and part not in names_kept:
                (folder / name).unlink(missing_ok=True)


def _bounds(count: int) -> pl.Series:
    """First id of all parts but the first; ids are hexadecimal."""
    return pl.Series([f"{number * 0x10000 // count:04x}" for number in range(1, count)], dtype=pl.String)
