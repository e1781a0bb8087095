"""The words of the pages in both languages, and the names of the keys that the tables hold."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pipelines.warehouse.label_table import label_rows
from pipelines.warehouse.queries.labels import KEY_COLUMNS as KEYS_OF_FORMS
from schemas.forms.catalogue import KEY_COLUMNS, form_lines
from schemas.yaml_text import load_yaml

LANGUAGES = ("zh", "en")


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    raw = load_yaml(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {key: (str(zh), str(en)) for key, (zh, en) in raw.items()}


def word(key: str, lang: str) -> str:
    """The word of that key. Raises KeyError for one that is not in ``words.yaml``."""
    return _words()[key][LANGUAGES.index(lang)]


def name(column: str, key: object, lang: str) -> str:
    """What a key is called: ``("line", "received")`` → 本年新收政府信息公开申请数量; itself where nothing says so."""
    if key is None:
        return ""
    text = str(key)
    found = _labels().get((column, text))
    return found[LANGUAGES.index(lang)] if found else text.replace("_", " ")


@cache
def _labels() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Of a key of the forms the label without its number; of every other value the label in full."""
    return {
        (row["column_name"], row["key"]): (
            row["short_zh" if row["column_name"] in KEYS_OF_FORMS else "label_zh"],
            row["label_en"],
        )
        for row in label_rows()
    }


def cell_name(table: str, keys: Sequence[str], lang: str) -> str:
    """What a cell is called, by its official label: ``("applications", ("received", "total"))`` → 一、本年新收… · 总计."""
    label = _cells().get((table, "/".join(keys)))
    if label is not None:
        return label[LANGUAGES.index(lang)]
    return " · ".join(name(column, key, lang) for column, key in zip(KEY_COLUMNS[table], keys, strict=False))


@cache
def _cells() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Labels of the newest form that has the cell."""
    return {
        (str(row["table_name"]), str(row["key"])): (
            str(row["label_zh"]).replace(" / ", " · "),
            str(row["label_en"]).replace(" / ", " · "),
        )
        for row in sorted(form_lines(), key=lambda row: str(row["form"]))
    }
