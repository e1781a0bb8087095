"""Table two with blocks of both forms: each is read by its own header, and the form is the one that most blocks follow."""

import re
from collections.abc import Iterable

import pytest

from tests.unit.read.builders import Contract, applications, disputes, page, parse, rules, table_two, values


def blocks(form: str) -> dict[str, str]:
    """The rows of each block of table two, by the numeral of its article."""
    rows = table_two(form).removeprefix("<table>").removesuffix("</table>")
    return {
        part[0]: f"<tr><td colspan=4>第二十条第（{part}"
        for part in re.split(r"<tr><td colspan=4>第二十条第（", rows)[1:]
    }


def read(parts: Iterable[str]) -> Contract:
    return parse(page(f"<table>{''.join(parts)}</table>", applications(), disputes()))


OLD, NEW = blocks("2019"), blocks("2021")
BOTH = {"2019": read(OLD.values()), "2021": read(NEW.values())}


@pytest.mark.parametrize(
    "mix", ["一2019 五2021 六2021 八2021", "一2021 五2019 六2019 八2019 九2019", "一2021 五2021 六2019 八2021"]
)
def test_each_block_follows_its_own_header(mix: str) -> None:
    chosen = {part[0]: part[1:] for part in mix.split()}
    parsed = read((OLD if form == "2019" else NEW)[article] for article, form in chosen.items())
    articles = {
        f"20({dict(zip('一五六八九', '15689', strict=True))[article]})": form for article, form in chosen.items()
    }
    expected = [
        (row["article"], row["item"], row["metric"], row["value"])
        for form, whole in BOTH.items()
        for row in whole["proactive_disclosure"]
        if articles.get(row["article"]) == form
    ]
    found = [(row["article"], row["item"], row["metric"], row["value"]) for row in parsed["proactive_disclosure"]]
    assert sorted(found) == sorted(expected)
    forms = list(chosen.values())
    assert parsed["report"]["form_table2"] == max(set(forms), key=forms.count)
    assert parsed["report"]["extraction_status"] == "complete"
    assert not rules(parsed) & {"row_missing", "column_missing", "label_unmapped", "header_unreadable"}


def test_a_header_of_no_form_is_left_unread() -> None:
    strange = NEW["五"].replace("本年处理决定数量", "累计办理情况")
    parsed = read([OLD["一"], strange, NEW["六"], NEW["八"]])
    assert values(parsed, "proactive_disclosure").get(("administrative_licenses", "decisions")) is None
    assert rules(parsed) & {"header_unreadable", "label_unmapped"}
