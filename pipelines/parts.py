"""Parts: the rows of a province in several files, by ranges of ``report_id``, so that a night rewrites what it concerns.

How many parts there are follows from the number of reports alone, and which one a report is in from its id alone: equal
archives give equal files, whatever the nights before were. Ids are hashes, so equal ranges hold about equally many, and one
part after the other is in the order of the ids.
"""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

REPORTS = 256
"""Reports that a part holds on average at most (and half of it at least): a file with fewer costs more than its rows."""

_ROWS = ("parquet", "signatures")
"""Suffixes of files that hold a part's rows; notes about a province are not cut."""


def count_for(n_reports: int) -> int:
    """How many parts so many reports of a province are kept in: a power of two."""
    count = 1
    while n_reports > count * REPORTS:
        count *= 2
    return count


def names(province: str, count: int) -> list[str]:
    """The parts of a province in order, as their files are called: ``jiangsu``, or ``jiangsu.00-of-16`` and so on."""
    if count == 1:
        return [province]
    return [f"{province}.{number:0{len(str(count))}d}-of-{count}" for number in range(count)]


def province_of(part: str) -> str:
    """The province that a part is of."""
    return part.partition(".")[0]


def places(report_ids: pl.Series, count: int) -> pl.Series:
    """Number of the part that each report is in."""
    return _bounds(count).search_sorted(report_ids.fill_null(""), side="right")


def cut(rows: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """Rows sorted by ``report_id`` as the rows of each part."""
    if count == 1:
        return [rows]
    edges = [0, *rows["report_id"].search_sorted(_bounds(count), side="left"), rows.height]
    return [rows[start:end] for start, end in pairwise(edges)]


def remove_others(root: Path, province: str, kept: Sequence[str]) -> None:
    """Remove the files under ``root`` of parts that this province was cut into before. Nobody reads them any more."""
    for folder in root.iterdir() if root.exists() else ():
        for name in os.listdir(folder):
            part, _, suffix = name.rpartition(".")
            if province_of(part) == province and suffix in _ROWS and part not in kept:
                (folder / name).unlink(missing_ok=True)


def _bounds(count: int) -> pl.Series:
    """Where all parts but the first begin: ids are hexadecimal."""
    return pl.Series([f"{number * 0x10000 // count:04x}" for number in range(1, count)], dtype=pl.String)
