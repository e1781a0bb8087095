"""The identities that the forms themselves demand, over a whole batch of reports at once.

Blank-aware: a blank part counts as nothing (zeros are often left empty), an identity without any printed part is
skipped, a blank total is ``total_missing`` with the figure it should hold, and an identity that touches a cell which
could not be read, or a row that is not printed, is not judged at all.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.report_rules.batch import KEY, PLACES, Batch, places_of
from schemas.forms.catalogue import KEY_COLUMNS, Identity, forms
from schemas.rules import finding, in_chinese, number_text, rules
from schemas.vocabulary import ValueStatus


def identity_findings(batch: Batch) -> list[dict[str, Any]]:
    """Findings of all identities of the forms that the tables follow."""
    found: list[dict[str, Any]] = []
    violations: list[dict[str, Any]] = []
    for form in batch.catalogue or forms():
        for name, table in form.tables.items():
            mine = batch.used.filter((pl.col("table_name") == name) & (pl.col("form") == form.form)).select(KEY)
            if mine.is_empty() or not table.identities:
                continue
            facts = batch.frames[name].join(mine, on=KEY, how="semi")
            facts = _mark_hollow(facts, table.identities, KEY_COLUMNS[name])
            for identity in table.identities:
                sums = _sums(facts, identity, KEY_COLUMNS[name])
                violations += _violations(sums, identity, name)
                found += _missing_totals(sums, identity, name)
    _suggest(violations, batch.frames["applications"])
    return found + [_violation_finding(row) for row in violations]


def _sums(facts: pl.DataFrame, identity: Identity, keys: tuple[str, ...]) -> pl.DataFrame:
    """Both sides of an identity for every report and every value of the other keys."""
    others = [key for key in keys if key != identity.along]
    left, right = pl.col(identity.along).is_in(identity.left), pl.col(identity.along).is_in(identity.right)
    printed = pl.col("value_status") == ValueStatus.REPORTED
    return (
        facts.filter(left | right)
        .group_by([*KEY, *others], maintain_order=True)
        .agg(
            pl.col("value").filter(left).sum().alias("expected"),
            pl.col("value").filter(right).sum().alias("printed"),
            (printed & left).sum().alias("n_left"),
            (printed & right).sum().alias("n_right"),
            (pl.col("hollow") & right).any().alias("hollow_total"),
            pl.col("hollow").any().alias("hollow"),
            (pl.col("value_status") == ValueStatus.UNREADABLE).any().alias("unreadable"),
            pl.col(identity.along).n_unique().alias("n_places"),
            pl.col("evidence").filter(right).last().alias("evidence"),
        )
        .filter(~pl.col("unreadable") & (pl.col("n_places") == len(identity.left) + len(identity.right)))
    )


def _mark_hollow(facts: pl.DataFrame, identities: Sequence[Identity], keys: tuple[str, ...]) -> pl.DataFrame:
    """Flag the blank totals whose parts print something positive: they are left to be derived, and are no zeros."""
    facts = facts.with_columns(hollow=pl.lit(False))
    printed = pl.col("value_status") == ValueStatus.REPORTED
    for identity in identities:
        if len(identity.right) != 1:
            continue
        others = [*KEY, *(key for key in keys if key != identity.along)]
        positive = (pl.col("value") > 0) & pl.col(identity.along).is_in(identity.left)
        total = pl.col(identity.along) == identity.right[0]
        facts = facts.with_columns(hollow=pl.col("hollow") | (total & ~printed & positive.any().over(others)))
    return facts


def _violations(sums: pl.DataFrame, identity: Identity, table: str) -> list[dict[str, Any]]:
    judged = sums.filter(~pl.col("hollow") & (pl.col("n_left") + pl.col("n_right") > 0))
    wrong = judged.filter(pl.col("expected") != pl.col("printed"))
    return [{**row, "identity": identity, "table": table, "suggested": None} for row in wrong.iter_rows(named=True)]


def _missing_totals(sums: pl.DataFrame, identity: Identity, table: str) -> list[dict[str, Any]]:
    if len(identity.right) != 1:
        return []
    rows = sums.filter(pl.col("hollow_total"))
    found = []
    for row in rows.iter_rows(named=True):
        places = places_of(row) | ({identity.along: identity.right[0]} if identity.along in PLACES else {})
        words = {"place": _place_text(row, identity)}
        fields = {"expected": row["expected"], "suggested_value": row["expected"], "evidence": row["evidence"]}
        found.append(
            {key: row[key] for key in KEY} | finding("total_missing", table_name=table, words=words, **fields, **places)
        )
    return found


def _suggest(violations: list[dict[str, Any]], applications: pl.DataFrame) -> None:
    """Locate by intersection: one broken row and the broken columns of one applicant meet in one cell.

    The cell is named only when its excess explains every broken identity of the table, sign included. Elsewhere a total
    printed as 0 beside positive parts was simply not filled in.
    """
    by_report: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in violations:
        if row["table"] == "applications":
            by_report.setdefault((row["report_id"], row["payload_digest"]), []).append(row)
        elif row["printed"] == 0:
            row["suggested"] = row["expected"]
    for key, rows in by_report.items():
        cell = _one_cell(rows)
        if cell is None:
            continue
        line, applicant, excess = cell
        here = (pl.col("report_id") == key[0]) & (pl.col("payload_digest") == key[1])
        found = applications.filter(here & (pl.col("line") == line) & (pl.col("applicant") == applicant))
        settled = (found["value"][0] or Decimal(0)) - excess if found.height == 1 else Decimal(-1)
        for row in rows if settled >= 0 else []:
            row["suggested"], row["cell"] = settled, f"{line}/{applicant}"


def _one_cell(rows: list[dict[str, Any]]) -> tuple[str, str, Decimal] | None:
    """(line, applicant, excess) of the only cell whose misprint explains all broken identities of table three."""
    lines = [row for row in rows if row["identity"].along == "applicant"]
    columns = [row for row in rows if row["identity"].along == "line"]
    applicants = {row["applicant"] for row in columns}
    if len(lines) != 1 or len(applicants) != 1:
        return None
    line, applicant = lines[0]["line"], applicants.pop()
    in_parts = applicant in lines[0]["identity"].left
    excess = (lines[0]["expected"] - lines[0]["printed"]) * (1 if in_parts else -1)
    for row in columns:
        side = 1 if line in row["identity"].left else -1 if line in row["identity"].right else 0
        if side == 0 or row["expected"] - row["printed"] != side * excess:
            return None
    return line, applicant, excess


def _violation_finding(row: dict[str, Any]) -> dict[str, Any]:
    identity: Identity = row["identity"]
    name = identity.rule if identity.rule in rules() else "legacy_sum_to_total"
    fields = {"expected": row["expected"], "printed": row["printed"], "evidence": row["evidence"]}
    suggested, words = row["suggested"], {"place": _place_text(row, identity)}
    made = finding(name, table_name=row["table"], suggested_value=suggested, words=words, **fields, **places_of(row))
    if "cell" in row:
        made["message"] += f"; {number_text(suggested)} in {row['cell']} would settle it"
        made["message_zh"] += f"；若 {in_chinese(row['cell'], row['table'])} 为 {number_text(suggested)} 则各式皆平"
    return {key: row[key] for key in KEY} | made


def _place_text(row: Mapping[str, Any], identity: Identity) -> str:
    return "/".join(places_of(row).values()) or identity.right[0]
