"""Where the columns of a statement come from, and which of its literals no column can hold. By sqlglot, not by names.

A column is traced if it reaches the result unchanged, through subqueries and CTEs, from a table or a mart. The result of an
expression has no origin, whatever its name.
"""

import difflib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope, traverse_scope

Schema = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Schema → table → column → DuckDB type."""


@dataclass(frozen=True)
class Origin:
    """A column of a table (``main.reports``) or mart (``marts.coverage``)."""

    table: str
    column: str


@dataclass(frozen=True)
class WrongLiteral:
    """A text compared with an enumerated column that has no such value."""

    column: str
    literal: str
    members: tuple[str, ...]

    def nearest(self, names: Mapping[str, str]) -> str | None:
        """The member that was probably meant: by what it is called (``names``: member → Chinese name), or by its spelling."""
        called = [
            m for m in self.members if self.literal and names.get(m, "").removeprefix("（").startswith(self.literal)
        ]
        holding = [m for m in self.members if self.literal and self.literal in names.get(m, "")]
        spelt = difflib.get_close_matches(self.literal.lower(), self.members, n=1)
        return next(iter([*called, *holding, *spelt]), None)


def origins(sql: str, schema: Schema) -> list[tuple[str, Origin | None]]:
    """Name and origin of every column of the answer, in order; nothing where the statement is not understood."""
    scope = _scope(sql, schema)
    if scope is None:
        return []
    names = _query(scope).named_selects
    return [(name, _origin(scope, position)) for position, name in enumerate(names)]


def wrong_literals(sql: str, schema: Schema) -> list[WrongLiteral]:
    """Comparisons of an enumerated column with a text that is none of its values: they are true for no row."""
    root = _scope(sql, schema)
    found = []
    for scope in traverse_scope(root.expression) if root is not None else ():
        for comparison in scope.find_all(exp.EQ, exp.NEQ, exp.In):
            column = comparison.this if isinstance(comparison.this, exp.Column) else comparison.args.get("expression")
            origin = _of_column(scope, column) if isinstance(column, exp.Column) else None
            members = _members(origin, schema)
            for literal in _literals(comparison):
                if members and literal not in members:
                    found.append(WrongLiteral(origin.column if origin else "", literal, members))
    return list(dict.fromkeys(found))


def _literals(comparison: exp.Condition) -> Iterator[str]:
    sides = [comparison.this, comparison.args.get("expression"), *comparison.args.get("expressions", [])]
    yield from (side.name for side in sides if isinstance(side, exp.Literal) and side.is_string)


def _members(origin: Origin | None, schema: Schema) -> tuple[str, ...]:
    if origin is None:
        return ()
    space, _, table = origin.table.rpartition(".")
    kind = schema.get(space, {}).get(table, {}).get(origin.column, "")
    if not kind.startswith("ENUM("):
        return ()
    return tuple(word.replace("''", "'") for word in kind[6:-2].split("', '"))


def _scope(sql: str, schema: Schema) -> Scope | None:
    """The outermost scope of the statement with all columns qualified; None where sqlglot does not understand it."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of what it takes for a command, such as EXPLAIN
    plain: dict[str, object] = {
        space: {table: dict.fromkeys(columns, "VARCHAR") for table, columns in tables.items()}
        for space, tables in schema.items()
    }
    try:
        qualified = qualify(
            sqlglot.parse_one(sql, dialect="duckdb"), schema=plain, dialect="duckdb", db="main",
            validate_qualify_columns=False, quote_identifiers=False, identify=False,
        )  # fmt: skip
        return build_scope(qualified) if isinstance(qualified, exp.Query) else None
    except (SqlglotError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None  # what DuckDB has answered and sqlglot does not know; the answer then goes without labels


def _query(scope: Scope) -> exp.Query:
    """The statement of a scope; ``_scope`` lets only those through that give rows."""
    assert isinstance(scope.expression, exp.Query)
    return scope.expression


def _origin(scope: Scope, position: int) -> Origin | None:
    if scope.set_operation_scopes:
        branches: Sequence[Origin | None] = [_origin(branch, position) for branch in scope.set_operation_scopes]
        return branches[0] if len(set(branches)) == 1 else None
    projections = _query(scope).selects
    if position >= len(projections):
        return None
    projected = projections[position].unalias()
    return _of_column(scope, projected) if isinstance(projected, exp.Column) else None


def _of_column(scope: Scope, column: exp.Column) -> Origin | None:
    source = scope.sources.get(column.table)
    if isinstance(source, exp.Table):
        if source.args.get("pivots"):
            return None
        return Origin(f"{source.db or 'main'}.{source.name}", column.name)
    if isinstance(source, Scope) and isinstance(source.expression, exp.Query):
        names = _query(source).named_selects
        return _origin(source, names.index(column.name)) if column.name in names else None
    return None
