"""The marts: one SQL file per view, ``<nn>_<name>.sql``, read in order. The first comment lines say what the view is.

A file holds one SELECT (with its CTEs). Its head is ``-- English purpose``, ``-- 中文`` and, for every column,
``-- column: English | 中文``: these become the COMMENTs of the view. A line ``-- stored`` makes it a table that is filled when
the warehouse is built: for a mart that many others ask and that takes long to compute (``stored.py``).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.warehouse.database import Connection
from schemas.errors import GongkaiError
from schemas.forms.catalogue import form_lines
from schemas.tables import TABLES
from schemas.tables.sql import quote

FOLDER = Path(__file__).parent
_STORED = "stored"


@dataclass(frozen=True)
class Mart:
    """One view: its name, what it is for, its columns in words, its SELECT, and whether its rows are stored."""

    name: str
    purpose: str
    purpose_zh: str
    columns: tuple[tuple[str, str], ...]
    select: str
    is_stored: bool


class MartError(GongkaiError, ValueError):
    """A mart file lacks its head; the message names the file."""


@cache
def marts() -> tuple[Mart, ...]:
    """Every mart in the order in which the views are created."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.sql")))


def mart_files() -> tuple[str, ...]:
    """Names of the views in ``marts``, in order."""
    return tuple(mart.name for mart in marts())


def mart_purpose(name: str) -> str:
    """What the view is for, in both languages."""
    mart = next(m for m in marts() if m.name == name)
    return f"{mart.purpose} | {mart.purpose_zh}"


def _read(path: Path) -> Mart:
    lines = path.read_text("utf-8").splitlines()
    head = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    is_stored = _STORED in head
    head = [line for line in head if line != _STORED]
    if len(head) < 3:
        raise MartError(f"{path.name}: begins with an English line, a Chinese line and a line per column")
    columns = tuple((name.strip(), words.strip()) for name, _, words in (line.partition(":") for line in head[2:]))
    select = "\n".join(line for line in lines if not line.startswith("--")).strip().rstrip(";")
    return Mart(path.stem.partition("_")[2], head[0], head[1], columns, select, is_stored)


def create_marts(connection: Connection) -> None:
    """Create every view with its comments."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS marts")
    for mart in marts():
        connection.execute(f"CREATE VIEW marts.{mart.name} AS {mart.select}")
        comment(connection, mart, "VIEW")


def comment(connection: Connection, mart: Mart, kind: str) -> None:
    """Comment on a mart and its columns.

    Args:
        kind: ``VIEW`` or ``TABLE``.

    Raises:
        MartError: a column has no comment.
    """
    connection.execute(f"COMMENT ON {kind} marts.{mart.name} IS {quote(mart_purpose(mart.name))}")
    told = dict(mart.columns)
    for (column,) in connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'marts' AND table_name = ?", [mart.name]
    ).fetchall():
        words = told.get(column) or _common().get(column)
        if words is None:
            raise MartError(f"marts.{mart.name}.{column} has no comment: add a line '-- {column}: English | 中文'")
        connection.execute(f"COMMENT ON COLUMN marts.{mart.name}.{column} IS {quote(words)}")


def check_marts(connection: Connection) -> None:
    """Ask every view for nothing. Raises where one cannot be asked."""
    for name in mart_files():
        connection.execute(f"SELECT * FROM marts.{name} LIMIT 0")


@cache
def _common() -> dict[str, str]:
    """Comments of columns that mean in a mart what they mean in their table, and of the totals named by their keys."""
    words = {column.name: column.comment for table in reversed(TABLES.values()) for column in table.columns}
    for row in form_lines():
        keys = str(row["key"]).split("/")
        label = f"{row['label_zh']}（{row['unit']}） | {row['label_en']}"
        if row["table_name"] == "applications" and keys[1] == "total":
            words[keys[0]] = label
        elif row["table_name"] in ("disputes", "proactive_disclosure"):
            words["_".join(keys[-2:])] = label
    return words
