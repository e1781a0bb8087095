"""Validates rows against their table model. Invalid rows are quarantined with a reason; the others pass."""

import json
from copy import copy
from dataclasses import dataclass
from functools import cache

import pandera.errors
import pandera.polars as pa
import polars as pl

from schemas.tables import Table, polars_schema

_ROW = "__row"


@dataclass(frozen=True)
class Conformed:
    """Rows that fit the model, in its columns and dtypes, and the rows that do not."""

    rows: pl.DataFrame
    rejected: pl.DataFrame  # table_name, report_id, version, reason, row_json
    problems: tuple[str, ...] = ()


def conform(frame: pl.DataFrame, table: Table, *, optional: tuple[str, ...] = ()) -> Conformed:
    """Cast ``frame`` to the table's dtypes and validate it eagerly with its pandera model.

    Args:
        optional: Columns that may be absent and then are null (they are added by later stages).

    Returns:
        Valid rows, and every invalid row as JSON with all its reasons. A missing column rejects all rows; an unknown
        column is dropped and named in ``problems``.
    """
    names = [c.name for c in table.columns]
    absent = [n for n in names if n not in frame.columns and n not in optional]
    if absent:
        return Conformed(_empty(table), _rejected(frame, table, _same_reason(frame, f"column {absent[0]} is missing")),
                         (f"{table.name}: missing column {', '.join(absent)}",))  # fmt: skip
    extra = [n for n in frame.columns if n not in names]
    problems = (f"{table.name}: unknown column {', '.join(extra)} ignored",) if extra else ()
    if frame.is_empty():
        return Conformed(_empty(table), _rejected(frame, table, _same_reason(frame, "")), problems)
    cast, misfits = _cast(frame, table)
    reasons = pl.concat([misfits, _failures(cast, table, skip=misfits)])
    if reasons.is_empty():
        return Conformed(cast, _rejected(frame.clear(), table, reasons), problems)
    bad = reasons.group_by(_ROW).agg(pl.col("reason").sort().str.join("; ")).sort(_ROW)
    good = cast.with_row_index(_ROW).join(bad, on=_ROW, how="anti").drop(_ROW)
    return Conformed(good, _rejected(frame, table, bad), problems)


def reject(frame: pl.DataFrame, table: Table, reason: str) -> pl.DataFrame:
    """Quarantine rows for all of ``frame`` with one reason."""
    return _rejected(frame, table, _same_reason(frame, reason))


def _empty(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema={c.name: c.dtype for c in table.columns})


def _same_reason(frame: pl.DataFrame, reason: str) -> pl.DataFrame:
    return frame.select().with_row_index(_ROW) if frame.is_empty() else pl.DataFrame(
        {_ROW: pl.int_range(frame.height, dtype=pl.UInt32, eager=True), "reason": reason}
    )  # fmt: skip


def _cast(frame: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cast column by column; a value that its dtype cannot hold becomes a misfit (row, reason)."""
    columns, misfits = [], [pl.DataFrame(schema={_ROW: pl.UInt32, "reason": pl.String})]
    for spec in table.columns:
        if spec.name not in frame.columns:
            columns.append(pl.lit(None, spec.dtype).alias(spec.name))
            continue
        if frame.schema[spec.name] == spec.dtype:
            columns.append(pl.col(spec.name))
            continue
        columns.append(pl.col(spec.name).cast(spec.dtype, strict=False))
        lost = pl.col(spec.name).is_not_null() & pl.col(spec.name).cast(spec.dtype, strict=False).is_null()
        shown = pl.format(f"{spec.name}: '{{}}' is not {spec.dtype}", pl.col(spec.name).cast(pl.String, strict=False))
        misfits.append(frame.with_row_index(_ROW).filter(lost).select(_ROW, shown.alias("reason")))
    return frame.select(columns), pl.concat(misfits)


def _failures(frame: pl.DataFrame, table: Table, *, skip: pl.DataFrame) -> pl.DataFrame:
    """Row and reason of every failed check. Rows in ``skip`` already have a reason.

    Eager on purpose: on a LazyFrame pandera 0.35 validates the schema and silently skips the data.
    """
    unique = table.key and frame.select(table.key).hash_rows().n_unique() == frame.height
    try:
        _schema(table, check_key=not unique).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases: pl.DataFrame = error.failure_cases
    else:
        return pl.DataFrame(schema={_ROW: pl.UInt32, "reason": pl.String})
    unplaced = cases.filter(pl.col("index").is_null())
    if not unplaced.is_empty():  # a failure without a row is a bug here, not in the data
        raise RuntimeError(f"{table.name}: pandera check without rows: {unplaced['check'].to_list()}")
    named = pl.when(pl.col("check") == "multiple_fields_uniqueness").then(
        pl.lit(f"duplicate key ({', '.join(table.key)})")
    ).otherwise(pl.format("{}: {} fails {}", "column", pl.col("failure_case").fill_null("null"), "check"))  # fmt: skip
    rows = cases.select(pl.col("index").cast(pl.UInt32).alias(_ROW), named.alias("reason"))
    placed: pl.DataFrame = rows.join(skip, on=_ROW, how="anti").unique()
    return placed


@cache
def _schema(table: Table, *, check_key: bool) -> pa.DataFrameSchema:
    """The model as a schema. If all row hashes differ, the slower uniqueness check of pandera is skipped."""
    schema = copy(table.model.to_schema())  # pandera returns a shared object
    if not check_key:
        schema.unique = None
    return schema


def _rejected(frame: pl.DataFrame, table: Table, reasons: pl.DataFrame) -> pl.DataFrame:
    """Rows of quality.quarantine (without province) for the reasons given."""
    schema = polars_schema("quality.quarantine")
    schema.pop("province")
    if reasons.is_empty():
        return pl.DataFrame(schema=schema)
    rows = reasons.join(frame.with_row_index(_ROW), on=_ROW, how="inner").sort(_ROW)
    records = rows.drop(_ROW, "reason").to_dicts()
    return pl.DataFrame(
        {
            "table_name": [table.name] * rows.height,
            "report_id": [None if r.get("report_id") is None else str(r["report_id"]) for r in records],
            "version": [r.get("version") for r in records],
            "reason": rows["reason"],
            "row_json": [json.dumps(r, ensure_ascii=False, default=str, sort_keys=True) for r in records],
        },
        schema=schema,
    )
