"""What a table and a column are made of. The registry itself is ``schemas.tables``; here is only its grammar.

One place per column: the pandera field holds type, nullability, range and allowed values; its metadata holds unit,
官方标签, both descriptions and warnings. Everything else (polars dtypes, DDL, COMMENTs, dictionary, data package) is
generated from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

from schemas import report_ids

Amount = Annotated[pl.Decimal, 20, 6]
"""Counts and money in 万元, exact. 20 digits hold any printed figure; 6 places hold 万元 printed to the 分."""

Sum = Annotated[pl.Decimal, 38, 6]
"""What an identity adds up: exact, and wide enough for any sum of amounts."""
SUM = pl.Decimal(38, 6)
"""The same as the dtype of a frame."""

Utc = Annotated[pl.Datetime, "us", "UTC"]

REPORT_ID = report_ids.PATTERN
REGION_CODE = r"^[0-9]{6}$"
SNAKE_CASE = r"^[a-z][a-z0-9_.]*$"


def column(
    label_zh: str,
    description: str,
    description_zh: str,
    *,
    unit: str | None = None,
    nullable: bool = False,
    allowed: Sequence[str] | None = None,
    enum: str | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    pattern: str | None = None,
    unique: bool = False,
    references: str | None = None,
    warning: str | None = None,
    warning_zh: str | None = None,
) -> Any:
    """Describe one column of a table model.

    Args:
        label_zh: 官方标签, the label as the statutory form prints it, or our Chinese name where the form has none.
        description: What the value is, in English.
        description_zh: The same in Chinese.
        unit: Unit of the number as stored (件, 万元, 字节 …); None for text and keys.
        allowed: The closed list of values; becomes a DuckDB ENUM called ``enum``.
        references: ``schema.table.column`` the value must exist in; checked by query when the warehouse is verified.
        warning: What an analyst gets wrong here.
    """
    meta = {
        "label_zh": label_zh,
        "description_zh": description_zh,
        "unit": unit,
        "enum": enum,
        "pattern": pattern,
        "references": references,
        "warning": warning,
        "warning_zh": warning_zh,
    }
    return pa.Field(
        nullable=nullable,
        isin=list(allowed) if allowed else None,
        ge=minimum,
        le=maximum,
        str_matches=None if references else pattern,  # a reference is checked once, where it points
        unique=unique,
        title=label_zh,
        description=description,
        metadata=meta,
    )


@dataclass(frozen=True)
class Column:
    """One column as the generators see it."""

    name: str
    dtype: pl.DataType
    nullable: bool
    unique: bool
    label_zh: str
    description: str
    description_zh: str
    unit: str | None
    allowed: tuple[str, ...]
    enum: str | None
    minimum: int | None
    maximum: int | None
    pattern: str | None
    references: str | None
    warning: str | None
    warning_zh: str | None

    @property
    def comment(self) -> str:
        """The bilingual COMMENT: label, unit, Chinese, English, warnings."""
        head = f"{self.label_zh}（{self.unit}）" if self.unit else self.label_zh
        parts = [head, self.description_zh, self.description]
        if self.warning_zh:
            parts.append(f"注意：{self.warning_zh}")
        if self.warning:
            parts.append(f"Warning: {self.warning}")
        return " | ".join(parts)


@dataclass(frozen=True)
class Table:
    """One warehouse table: its model and the words about the whole."""

    name: str  # "applications", "history.cell_changes": as an analyst writes it
    model: type[pa.DataFrameModel]
    label_zh: str
    grain: str  # "one row per …"
    grain_zh: str
    description: str
    description_zh: str
    key: tuple[str, ...]
    staged: bool = False  # the reader writes it, keyed by payload_digest
    sort: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    warnings_zh: tuple[str, ...] = ()
    columns: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(_column(c) for c in self.model.to_schema().columns.values()))

    @property
    def schema(self) -> str:
        return self.name.rpartition(".")[0] or "main"

    @property
    def short_name(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def summary(self) -> str:
        """What the table holds, in both languages, without warnings."""
        return f"{self.grain} {self.description} | {self.label_zh}：{self.grain_zh}{self.description_zh}"

    @property
    def comment(self) -> str:
        """The bilingual COMMENT: label, grain, description, warnings."""
        parts = [self.label_zh, self.grain_zh, self.description_zh, self.grain, self.description]
        parts += [f"注意：{w}" for w in self.warnings_zh] + [f"Warning: {w}" for w in self.warnings]
        return " | ".join(parts)


def _column(spec: Any) -> Column:
    checks = {check.name: check.statistics for check in spec.checks}
    meta: dict[str, Any] = spec.metadata
    return Column(
        name=spec.name,
        dtype=spec.dtype.type,
        nullable=spec.nullable,
        unique=spec.unique,
        label_zh=meta["label_zh"],
        description=spec.description,
        description_zh=meta["description_zh"],
        unit=meta["unit"],
        allowed=tuple(checks.get("isin", {}).get("allowed_values", ())),
        enum=meta["enum"],
        minimum=checks.get("greater_than_or_equal_to", {}).get("min_value"),
        maximum=checks.get("less_than_or_equal_to", {}).get("max_value"),
        pattern=meta["pattern"],
        references=meta["references"],
        warning=meta["warning"],
        warning_zh=meta["warning_zh"],
    )
