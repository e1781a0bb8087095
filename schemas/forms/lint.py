"""What is wrong with a form file before any report is read with it: labels, identities and keys."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import yaml

from schemas.forms.catalogue import FORMS, KEY_COLUMNS, Form, FormError, FormTable, Node, load_forms
from schemas.labels import normalise_label
from schemas.rules import rules
from schemas.yaml_text import load_yaml

_SHORTEST = 6  # of a key that may be a slip for another: 20(9) is none for 20(1)


def lint(path: Path) -> list[str]:
    """Everything that is wrong with one form file, read together with the forms of the project.

    Raises:
        FormError: the file is no form file at all; the message says what it lacks.
    """
    name = _name_of(path)
    own = [] if path.parent.resolve() == FORMS.resolve() else [path]
    try:
        catalogue = load_forms(FORMS, *own)
    except FormError:
        raise
    except (AttributeError, TypeError, ValueError, LookupError, RecursionError) as error:
        raise FormError(f"{path}: not laid out as a form is ({error}): see docs/adding-a-form.md") from error
    form = next((form for form in catalogue if form.form == name), None)
    if form is None:
        raise FormError(f"{path}: names no form")
    others = [other for other in catalogue if other.form != name]
    return [fault for table in form.tables.values() for fault in _faults(table, form, others)]


def _name_of(path: Path) -> str:
    """The name that a form file gives its form."""
    try:
        raw = load_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormError(f"{path}: {error.strerror or error}: name a form file") from error
    except UnicodeDecodeError as error:
        raise FormError(f"{path}: not UTF-8 (byte {error.start}): save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise FormError(f"{path}: no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(raw, dict):
        raise FormError(
            f"{path}: no form file: it holds {'nothing' if raw is None else 'no keys'}, see docs/adding-a-form.md"
        )
    return str(raw.get("form"))


def _faults(table: FormTable, form: Form, others: Sequence[Form]) -> Iterator[str]:
    if table.table in KEY_COLUMNS:
        faults = [*_labels(table), *_cells(table), *_identities(table), *_new_keys(table, others)]
    else:
        faults = [f"no such table; there are {', '.join(KEY_COLUMNS)}"]
    return (f"{form.form} {table.table}: {fault}" for fault in faults)


def _labels(table: FormTable) -> Iterator[str]:
    for layout in (table, *table.arrangements):
        for block in layout.blocks:
            yield from _twice(block.columns)
            yield from _twice(block.rows)


def _cells(table: FormTable) -> Iterator[str]:
    """Cells without a part of their key, and keys of two cells."""
    cells, names = table.cells(), KEY_COLUMNS[table.table]
    yield from (f"a cell lacks its key {name}" for cell in cells for name in names if name not in cell)
    whole = Counter(tuple(cell[name] for name in names) for cell in cells if cell.keys() >= set(names))
    yield from (f"two cells have the key {'/'.join(key)}" for key, count in whole.items() if count > 1)


def _new_keys(table: FormTable, others: Sequence[Form]) -> Iterator[str]:
    """Keys that no other form has and that are near to one: probably misspelt."""
    known = _keys(*(other.tables.get(table.table) for other in others))
    for key in sorted(_keys(table) - known) if known else ():
        if meant := _near(key, known):
            yield f"new key {key}: is it meant? ({meant})"


def _twice(siblings: Sequence[Node]) -> Iterator[str]:
    """Labels that name two nodes of one group."""
    for one, other in combinations(siblings, 2):
        for name in sorted(one.names & other.names):
            yield f"“{name}” names both {one.label} and {other.label}"
    for node in siblings:
        if not all(node.names):
            yield f"{node.label}: a label or alias is nothing but numbers and punctuation ({normalise_label(node.label)!r})"
        yield from _twice(node.children)


def _identities(table: FormTable) -> Iterator[str]:
    for identity in table.identities:
        if identity.along not in KEY_COLUMNS[table.table]:
            yield f"identity {identity.rule}: no key column {identity.along}"
            continue
        held = {cell.get(identity.along) for cell in table.cells()}
        yield from (
            f"identity {identity.rule}: the table has no {identity.along} {member}"
            for member in (*identity.left, *identity.right)
            if member not in held
        )
        both = set(identity.left) & set(identity.right)
        yield from (f"identity {identity.rule}: {member} stands on both sides" for member in sorted(both))
        if identity.rule not in rules() and table.table != "legacy_statistics":
            yield f"identity {identity.rule}: no such rule in rules.yaml"


def _keys(*tables: FormTable | None) -> set[str]:
    return {key for table in tables if table for cell in table.cells() for key in cell.values()}


def _near(key: str, known: set[str]) -> str:
    """A known key that differs from this one by a slip of the pen; empty where there is none."""
    from rapidfuzz.distance import Levenshtein

    near = min(known, key=lambda other: (Levenshtein.distance(key, other), other))
    return near if len(key) >= _SHORTEST and Levenshtein.distance(key, near) <= 2 else ""
