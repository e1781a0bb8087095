"""Figures that no form forbids and that are hardly right: counts below zero, and orders of size in table two."""

from typing import Any

import polars as pl

from pipelines.report_rules.batch import KEY, Batch, places_of
from schemas.forms.catalogue import KEY_COLUMNS
from schemas.rules import finding


def negative_counts(batch: Batch) -> list[dict[str, Any]]:
    """Counts below zero. Only a change of items may be."""
    found = []
    for table, keys in KEY_COLUMNS.items():
        frame = batch.frames[table].filter(
            (pl.col("value") < 0) & (pl.col("metric") != "items_change" if "metric" in keys else True)
        )
        for row in frame.iter_rows(named=True):
            words = {"place": "/".join(row[name] for name in keys)}
            fields = {"printed": row["value"], "evidence": row["evidence"]}
            found.append(
                {key: row[key] for key in KEY}
                | finding("negative_count", table_name=table, words=words, **fields, **places_of(row))
            )
    return found


def implausible_values(batch: Batch) -> list[dict[str, Any]]:
    """Soft checks of table two: orders of magnitude and orders of size, never errors."""
    facts = batch.frames["proactive_disclosure"]
    wide = (
        facts.pivot("metric", index=[*KEY, "item"], values="value", aggregate_function="first", maintain_order=True)
    )  # fmt: skip
    for name in (
        "made",
        "newly_published",
        "published_total",
        "issued",
        "repealed",
        "in_force",
        "items_previous_year",
        "items_change",
        "fee_amount",
    ):
        if name not in wide.columns:
            wide = wide.with_columns(pl.lit(None, facts.schema["value"]).alias(name))
    net, sum_items = pl.col("issued") - pl.col("repealed"), pl.col("items_previous_year") + pl.col("items_change")
    zero = pl.lit(0, facts.schema["value"])
    soft = [
        (
            "newly_published_exceeds_made",
            "newly_published",
            pl.col("made"),
            pl.col("newly_published"),
            pl.col("newly_published") > pl.col("made"),
        ),
        (
            "published_exceeds_stock",
            "newly_published",
            pl.col("published_total"),
            pl.col("newly_published"),
            pl.col("newly_published") > pl.col("published_total"),
        ),
        ("in_force_below_issued", "in_force", net, pl.col("in_force"), pl.col("in_force") < net),
        ("item_count_negative", "items_change", zero, sum_items, sum_items < 0),
        ("magnitude_implausible", "fee_amount", zero, pl.col("fee_amount"), pl.col("fee_amount") >= 1e7),
    ]
    found = []
    for rule, metric, expected, printed, fires in soft:
        for row in wide.filter(fires).with_columns(expected=expected, printed=printed).iter_rows(named=True):
            fields = {
                "expected": row["expected"] if rule != "magnitude_implausible" else None,
                "printed": row["printed"],
            }
            words = {"place": f"{row['item']}/{metric}"}
            found.append(
                {key: row[key] for key in KEY} | finding(rule, words=words, item=row["item"], metric=metric, **fields)
            )
    bare = facts.filter(
        pl.col("metric").is_in(["procurement_amount", "fee_amount"]) & pl.col("unit").is_null() & (pl.col("value") > 0)
    )
    for row in bare.iter_rows(named=True):
        words = {"place": f"{row['item']}/{row['metric']}"}
        fields = {"printed": row["value"], "evidence": row["evidence"]}
        found.append(
            {key: row[key] for key in KEY} | finding("unit_not_printed", words=words, **fields, **places_of(row))
        )
    return found
