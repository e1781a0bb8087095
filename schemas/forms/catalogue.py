"""The statutory forms as data: loads ``schemas/forms/*.yaml`` into trees (``schemas.forms.tree``) and lists their cells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import GongkaiError
from schemas.forms.tree import BESIDE, KEY_COLUMNS, Form, FormBlock, FormTable, Identity, Node, SectionHeading
from schemas.labels import normalise_label, plain_label
from schemas.yaml_text import load_yaml

__all__ = [
    "BESIDE", "FORMS", "KEY_COLUMNS", "Form", "FormBlock", "FormError", "FormTable", "Identity", "Node", "SectionHeading",
    "beside_columns", "form_lines", "forms", "key_values", "load_forms",
]  # fmt: skip

FORMS = Path(__file__).parent


class FormError(GongkaiError, ValueError):
    """A form file is wrong; the message names the file and what to change."""


_YEARS = range(2003, 2031)
"""What ``{year}`` in a label of a form stands for: annexes print ``2014年度`` above the figures of the year."""


def _names(raw: Mapping[str, Any]) -> frozenset[str]:
    return _spelled(raw, [raw["label"], *raw.get("aliases", []), *raw.get("shared", [])])


def _spelled(raw: Mapping[str, Any], texts: Sequence[str]) -> frozenset[str]:
    """The normalised names that a node goes by when it is printed as one of ``texts``."""
    spelled = (text.replace("{year}", str(year)) for text in texts for year in (_YEARS if "{year}" in text else [0]))
    names = frozenset(map(normalise_label, spelled))
    # Pages glue the unit to the label: 主动公开文件数条.
    return (
        names | {name + raw["unit"] for name in names}
        if "unit" in raw and "indicator" in raw.get("keys", ())
        else names
    )


_TRAITS = ("label_en", "unit", "money", "signed", "unit_in_cell", "is_total", "beside", "optional", "skipped")


def _nodes(raws: list[dict[str, Any]], ancestors: tuple[Node, ...], counter: Iterator[int]) -> tuple[Node, ...]:
    nodes = []
    for raw in raws:
        inherited = ancestors[-1].keys if ancestors else {}
        group_only = "children" in raw and "unit" not in raw  # a group with a unit prints a number of its own
        node = Node(
            label=raw["label"],
            names=_names(raw),
            keys={**inherited, **raw.get("keys", {})},
            is_leaf="keys" in raw and not group_only,
            order=next(counter),
            ancestors=ancestors,
            shared=_spelled(raw, raw.get("shared", [])),
            **{trait: raw[trait] for trait in _TRAITS if trait in raw},
        )
        nodes.append(replace(node, children=_nodes(raw.get("children", []), (*ancestors, node), counter)))
    return tuple(nodes)


def _table(form: str, table: str, raw: Mapping[str, Any]) -> FormTable:
    """A table with its arrangements, which fill the same cells and inherit unit and identities."""
    whole = _layout(form, table, raw)
    inherited = {name: value for name, value in raw.items() if name in ("unit", "identities")}
    arrangements = tuple(_layout(form, table, {**inherited, **other}) for other in raw.get("arrangements", []))
    for other in arrangements:
        if other.asked.keys() != whole.asked.keys():
            raise FormError(f"form {form}: an arrangement of {table} does not hold the cells of the table")
    return replace(whole, arrangements=arrangements)


def _layout(form: str, table: str, raw: Mapping[str, Any]) -> FormTable:
    counter = iter(range(10_000))
    blocks = tuple(
        FormBlock(
            keys=block.get("keys", {}),
            names=frozenset({normalise_label(block["label"])}) if "label" in block else frozenset(),
            columns=_nodes(block["columns"], (), counter),
            rows=_nodes(block.get("rows", []), (), counter),
        )
        for block in raw["blocks"]
    )
    return FormTable(
        form=form,
        table=table,
        unit=raw.get("unit"),
        titles=frozenset(normalise_label(text) for text in raw.get("titles", [])),
        blocks=blocks,
        identities=tuple(
            Identity(item["rule"], item["along"], tuple(item["left"]), tuple(item["right"]))
            for item in raw.get("identities", [])
        ),
    )


def _resolve(raws: Mapping[str, dict[str, Any]], form: str) -> Form:
    raw = raws[form]

    def origin(part: Mapping[str, Any]) -> dict[str, Any]:
        found = raws.get(str(part["same_as"]))
        if found is None:
            raise FormError(f"form {form}: same_as names an unknown form {part['same_as']!r}")
        return found

    def followed(part: Any, pick: str, table: str | None = None) -> Any:
        if isinstance(part, dict) and "same_as" in part:
            whole = origin(part)[pick]
            return followed(whole[table] if table else whole, pick, table)
        return part

    def with_columns(table: dict[str, Any], name: str) -> dict[str, Any]:
        """A block may print the columns of the first block of the same table in another form."""
        blocks = [
            {
                **block,
                "columns": followed(origin(block["columns"])["tables"][name], "tables", name)["blocks"][0]["columns"],
            }
            if isinstance(block.get("columns"), dict)
            else block
            for block in table["blocks"]
        ]
        titles = table.get("titles", [])
        if isinstance(titles, dict):
            titles = origin(titles)["tables"][name].get("titles", [])
        return {**table, "blocks": blocks, "titles": titles}

    tables = {
        name: _table(form, name, with_columns(followed(part, "tables", name), name))
        for name, part in raw["tables"].items()
    }
    sections = tuple(
        SectionHeading(item["section_no"], item["label"], _names(item))
        for item in followed(raw.get("sections", []), "sections")
    )
    first, last = raw["years"]
    return Form(form, raw["document"], (first, last), tables, sections)


def load_forms(*folders: Path) -> tuple[Form, ...]:
    """Every form of the folders and files (default: the forms of the project), oldest first.

    Raises:
        FormError: a file lacks a needed key, or names a form that does not exist.
    """
    raws: dict[str, dict[str, Any]] = {}
    for folder in folders or (FORMS,):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]:
            raw = load_yaml(path.read_text(encoding="utf-8"))
            missing = {"form", "document", "years", "tables"} - set(raw or {})
            if missing:
                raise FormError(f"{path}: missing {', '.join(sorted(missing))}")
            raws[str(raw["form"])] = raw
    try:
        forms = [_resolve(raws, form) for form in raws]
    except (KeyError, TypeError) as error:
        raise FormError(f"form files: {error!r} is missing or misplaced") from error
    return tuple(sorted(map(_borrowing(forms), forms), key=lambda form: form.years[0]))


def _borrowing(forms: Sequence[Form]) -> Callable[[Form], Form]:
    """Annexes are copied from each other and mixed: each of them also knows the unmistakable rows of the others.

    Unmistakable is a label that means one thing in all annexes, and no row or group of this one.
    """
    annexes = {form.form: form.tables[name] for form in forms for name in BESIDE if name in form.tables}
    meanings: dict[str, set[tuple[str, ...]]] = {}
    for annex in annexes.values():
        for node in (node for block in annex.blocks for top in block.rows for node in top.walk()):
            for name in node.names:
                meanings.setdefault(name, set()).add(tuple(node.keys.values()))

    def borrow(form: Form) -> Form:
        if form.form not in annexes:
            return form
        mine = annexes[form.form]
        own = {name for block in mine.blocks for top in block.rows for node in top.walk() for name in node.names}
        counter = iter(range(10_000, 20_000))
        rows: dict[tuple[str, ...], Node] = {}
        for other in (annex for name, annex in annexes.items() if name != form.form):
            for leaf in (leaf for block in other.blocks for leaf in block.row_leaves()):
                names = frozenset(name for name in leaf.names - own if len(meanings[name]) == 1)
                key = tuple(leaf.keys.values())
                known = rows.get(key)
                if names:
                    whole = names | known.names if known else names
                    rows[key] = replace(known or leaf, names=whole, order=next(counter), ancestors=(), children=())
        block = FormBlock({}, frozenset(), mine.blocks[0].columns, tuple(rows.values()))
        tables = {**form.tables, mine.table: replace(mine, borrowed=(block,) if rows else ())}
        return replace(form, tables=tables)

    return borrow


@cache
def forms() -> tuple[Form, ...]:
    """The forms of the project, loaded once per process."""
    return load_forms()


@cache
def key_values(column: str) -> tuple[str, ...]:
    """Every value that a key column (``line``, ``applicant``, ``metric`` …) takes in any form, in printed order.

    A value that only a later form has is listed behind the one it is printed after.
    """
    known: list[str] = []
    for form in forms():
        for table in form.tables.values():
            before = None
            for cell in table.cells():
                value = cell.get(column)
                if value is not None and value not in known:
                    known.insert(known.index(before) + 1 if before else len(known), value)
                before = value or before
    return tuple(known)


@cache
def beside_columns(table: str) -> tuple[str, ...]:
    """Keys of the columns that the forms print beside the own columns of a table."""
    tables = (form.tables[table] for form in forms() if table in form.tables)
    found = (column.beside for layout in tables for block in layout.blocks for column in block.column_leaves())
    return tuple(dict.fromkeys(key for key in found if key))


@cache
def labels_zh(table: str) -> dict[str, str]:
    """Key values of a fact table → their official labels, of the newest form that has them, without enumerator and note."""
    found: dict[str, str] = {}
    for form in forms():
        for block in form.tables[table].blocks if table in form.tables else ():
            for node in (*block.row_leaves(), *block.column_leaves()):
                own = set(node.keys.items()) - (set(node.ancestors[-1].keys.items()) if node.ancestors else set())
                found |= {value: plain_label(node.label) for _, value in own}
                above = [(value, up) for up in node.ancestors for value in up.keys.values()]
                found |= {value: plain_label(up.label) for value, up in above if value not in found}
            found |= {value: next(iter(block.names), value) for value in block.keys.values() if value not in found}
    return found


def form_lines() -> list[dict[str, Any]]:
    """One row per row leaf and column leaf of every form: table_name, form, key, position, label_zh, label_en, unit."""
    rows: list[dict[str, Any]] = []
    for form in forms():
        for table in form.tables.values():
            seen: set[tuple[tuple[str, str], ...]] = set()
            for block in table.blocks:
                for row in block.rows_or_none():
                    for column in block.column_leaves():
                        keys = {**block.keys, **(row.keys if row else {}), **column.keys}
                        identity = tuple(sorted(keys.items()))
                        if identity in seen:
                            continue
                        seen.add(identity)
                        rows.append(_form_line(form.form, table, keys, row, column, len(seen)))
    return rows


def _form_line(
    form: str, table: FormTable, keys: Mapping[str, str], row: Node | None, column: Node, position: int
) -> dict[str, Any]:
    zh = [node.label for part in (row, column) if part is not None for node in (*part.ancestors, part)]
    en = [part for part in ((row.label_en if row else ""), column.label_en) if part]
    return {
        "table_name": table.table,
        "form": form,
        "key": "/".join(keys[name] for name in KEY_COLUMNS[table.table] if name in keys),
        "position": position,
        "label_zh": " / ".join(zh),
        "label_en": " / ".join(en),
        "unit": (row.unit if row else None) or column.unit or table.unit,
    }
