"""Findings between reports: years of one agency (docs/domain/forms.md#identities), copies of one report, the statutory deadline.

Each rule is a function from cells to violations, which keep both values and their evidence.
"""

import hashlib
from functools import cache

import polars as pl

from pipelines.code_version import code_version
from pipelines.comparison import continuity_cache
from pipelines.comparison.adjacent_years import Reports, agency_groups, comparable, read_cells, with_pairs
from pipelines.comparison.duplicate_reports import disagreements
from pipelines.comparison.publication_deadline import late_reports
from pipelines.home import Home
from pipelines.tidy.agencies import RESOLVED_FROM, resolve_reports
from pipelines.tidy.finding_ids import identify
from pipelines.tidy.schema_check import conform
from pipelines.tidy.stored_rows import read_versions
from pipelines.tidy.tidy_store import ACROSS_YEARS, signed_reports
from schemas.forms.catalogue import form_lines
from schemas.rules import finding
from schemas.tables import TABLES, polars_schema
from schemas.tables.base import SUM

_SMALLEST_SHIFT = 30
"""Below this a tenfold change is chance (3 requests, then 31), not another scope; the marts' threshold for rates."""

_KEYS = ("item", "metric", "line", "applicant", "procedure", "outcome", "indicator")
_COLUMNS = ("rule", "table_name", *_KEYS, "report_id", "version", "evidence", "printed",
            "expected", "other_report_id", "other_evidence", "before")  # fmt: skip


def check_across_years(home: Home) -> pl.DataFrame:
    """Compare every primary report with adjacent years and copies; write and return the findings.

    Written to ``tidy/findings/_across_years.parquet``. If nothing has changed, the file is returned. If few
    reports have changed, only reports of their agencies are compared again.
    """
    path = home.tidy_table("findings", ACROSS_YEARS)
    inputs = _inputs(home)
    if continuity_cache.are(home, inputs):
        return pl.read_parquet(path)
    signed, seen = signed_reports(home), continuity_cache.recall(home, code_version())
    if seen is None or signed is None:
        resolved = resolve_reports(read_versions(home, columns=RESOLVED_FROM))
        found = pl.concat([_none(), *(_findings(home, with_pairs(some)) for some in agency_groups(resolved))])
    else:
        again, others = continuity_cache.resolve_changed(home, seen, signed)
        resolved = pl.concat([others, again])
        elsewhere = pl.read_parquet(path).join(others, on="report_id", how="semi")
        found = pl.concat([elsewhere, _findings(home, with_pairs(again))])
    found = found.sort("report_id", "rule", "finding_id")
    continuity_cache.replace(home, found, resolved, signed, inputs, code_version())
    return found


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=polars_schema("quality.findings"))


def _findings(home: Home, reports: Reports) -> pl.DataFrame:
    violations = pl.concat([rule.select(shaped(rule)) for rule in _violations(home, reports)])
    rows = [violation_finding(v) for v in violations.iter_rows(named=True)]
    rows += late_reports(reports.resolved)
    table = TABLES["quality.findings"]
    schema = {n: t for n, t in polars_schema(table.name).items() if n != "finding_id"}
    frame = pl.DataFrame([{k: row.get(k) for k in schema} for row in rows], schema=schema)
    result = conform(identify(frame), table)
    if result.rejected.height:
        raise RuntimeError(f"a finding does not fit its table: {result.rejected['reason'][0]}")
    return result.rows


def _violations(home: Home, reports: Reports) -> list[pl.DataFrame]:
    lines = pl.col("line").is_in(["carried_in", "carried_out", "received"])
    requests = read_cells(home, "applications", lines, reports.resolved)
    metrics = ["issued", "repealed", "in_force", "items_previous_year", "items_change", "published_total", "decisions"]
    disclosed = read_cells(home, "proactive_disclosure", pl.col("metric").is_in(metrics), reports.resolved)
    return [
        carry_over(comparable(requests), reports.pairs),
        in_force_stock(comparable(disclosed), reports.pairs),
        items_previous_year(comparable(disclosed), reports.pairs),
        published_total_falls(disclosed, reports.pairs),
        scale_shift(requests, disclosed, reports.pairs),
        disagreements(home, reports.resolved),
    ]


def carry_over(cells: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """carried_in(Y) = carried_out(Y−1) for each applicant and the total; holds across the 2019 and 2021 forms."""
    now = cells.filter(pl.col("line") == "carried_in")
    before = cells.filter(pl.col("line") == "carried_out").drop("line")
    both = _pair(now, before, pairs, on=["applicant"])
    return _rule(
        both.filter(pl.col("number") != pl.col("other_number")), "carried_over_from_previous_year", "applications"
    )


def in_force_stock(cells: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """in_force(Y) = in_force(Y−1) + issued(Y) − repealed(Y), where both years follow the 2021 form."""
    same = _same_form(pairs, "2021")
    printed = cells.filter((pl.col("metric") == "in_force") & pl.col("value").is_not_null())
    flow = cells.filter(pl.col("metric").is_in(["issued", "repealed"])).with_columns(
        number=pl.when(pl.col("metric") == "issued").then("number").otherwise(-pl.col("number"))
    )
    net = flow.group_by("report_id", "item").agg(net=pl.col("number").sum(), n=pl.len()).filter(pl.col("n") == 2)
    both = _pair(printed, printed.drop("metric"), same, on=["item"]).join(net, on=["report_id", "item"])
    expected = both.with_columns(other_number=pl.col("other_number") + pl.col("net"))
    return _rule(expected.filter(pl.col("number") != pl.col("other_number")), "in_force_stock", "proactive_disclosure")


def items_previous_year(cells: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """items_previous_year(Y) = items_previous_year(Y−1) + items_change(Y−1), where both years follow the 2019 form."""
    same = _same_form(pairs, "2019")
    printed = cells.filter((pl.col("metric") == "items_previous_year") & pl.col("value").is_not_null())
    change = cells.filter(pl.col("metric") == "items_change").select("report_id", "item", change="number")
    before = printed.drop("metric").join(change, on=["report_id", "item"]).with_columns(
        number=pl.col("number") + pl.col("change")
    )  # fmt: skip
    both = _pair(printed, before.drop("change"), same, on=["item"])
    return _rule(both.filter(pl.col("number") != pl.col("other_number")), "items_previous_year", "proactive_disclosure")


def published_total_falls(cells: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """published_total(Y) ≥ published_total(Y−1), where both years follow the 2019 form (soft: files are withdrawn)."""
    printed = cells.filter((pl.col("metric") == "published_total") & pl.col("value").is_not_null())
    printed = printed.with_columns(number="value")
    both = _pair(printed, printed.drop("metric"), _same_form(pairs, "2019"), on=["item"])
    return _rule(
        both.filter(pl.col("number") < pl.col("other_number")), "published_total_falls", "proactive_disclosure"
    )


def scale_shift(requests: pl.DataFrame, disclosed: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """A tenfold change of requests received or decisions made suggests another scope; never an error."""
    asked = requests.filter(
        (pl.col("line") == "received") & (pl.col("applicant") == "total") & (pl.col("value") > 0)
    ).with_columns(number="value")
    decided = disclosed.filter((pl.col("metric") == "decisions") & (pl.col("value") > 0)).with_columns(number="value")
    both = [
        _rule(_pair(asked, asked.drop("line", "applicant"), pairs, on=[]), "scale_shift", "applications"),
        _rule(_pair(decided, decided.drop("metric"), pairs, on=["item"]), "scale_shift", "proactive_disclosure"),
    ]
    jumped = ((pl.col("printed").cast(pl.Float64) / pl.col("expected").cast(pl.Float64)).log10().abs() > 1) & (
        pl.max_horizontal("printed", "expected") >= _SMALLEST_SHIFT
    )
    return pl.concat([frame.select(shaped(frame)) for frame in both]).filter(jumped)


def _pair(now: pl.DataFrame, before: pl.DataFrame, pairs: pl.DataFrame, *, on: list[str]) -> pl.DataFrame:
    """Cells of a year beside cells of the year before, the latter prefixed ``other_``."""
    right = before.select(
        *on, pl.col("report_id").alias("other_report_id"), pl.col("version").alias("other_version"),
        pl.col("number").alias("other_number"), pl.col("evidence").alias("other_evidence"),
    )  # fmt: skip
    linked = now.join(pairs, on=["report_id", "version"], how="inner")
    return linked.join(right, on=["other_report_id", "other_version", *on], how="inner")


def _same_form(pairs: pl.DataFrame, form: str) -> pl.DataFrame:
    return pairs.filter((pl.col("form_table2") == form) & (pl.col("other_form_table2") == form))


def _rule(both: pl.DataFrame, rule: str, table: str) -> pl.DataFrame:
    return both.with_columns(
        rule=pl.lit(rule), table_name=pl.lit(table), printed=pl.col("number").cast(SUM),
        expected=pl.col("other_number").cast(SUM),
    )  # fmt: skip


def shaped(frame: pl.DataFrame) -> list[pl.Expr]:
    """Columns that bring the rows of every rule into one shape."""
    return [
        pl.col(c) if c in frame.columns else pl.lit(None, pl.Int64 if c == "before" else pl.String).alias(c)
        for c in _COLUMNS
    ]  # fmt: skip


def violation_finding(violation: dict[str, object]) -> dict[str, object]:
    """A row of a rule above (columns as ``shaped`` has them) as a finding, with the keys of both reports."""
    keys = [str(violation[k]) for k in _KEYS if violation[k]]
    words = {"place": ", ".join(keys), "place_zh": _labels().get("/".join(keys), "、".join(keys))}
    ours = ("rule", "report_id", "version", "before", "other_report_id", "other_evidence", "indicator")
    fields = {k: v for k, v in violation.items() if k not in ours}
    row = finding(str(violation["rule"]), words=words | {"before": violation["before"]}, **fields)
    return row | {k: violation[k] for k in ("report_id", "version", "other_report_id", "other_evidence")}


@cache
def _labels() -> dict[str, str]:
    """Keys of a cell without the article → its label as the newest form prints it."""
    return {"/".join(str(row["key"]).split("/")[-2:]): str(row["label_zh"]) for row in form_lines()}


def _inputs(home: Home) -> str:
    """Changes when any province's tidy files do."""
    states = sorted((home.tidy / "_state").glob("*.json"))
    hasher = hashlib.blake2b(code_version().encode(), digest_size=16)
    for state in states:
        hasher.update(state.name.encode() + state.read_bytes())
    return hasher.hexdigest()
