"""A form that does not exist yet is added by YAML alone, as docs/adding-a-form.md says: its blocks are used as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.read.reader import read_report
from schemas.forms.catalogue import FORMS, load_forms

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "adding-a-form.md"


def _block(kind: str) -> str:
    (block,) = re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), flags=re.S | re.M)
    return str(block)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "2027.yaml").write_text(_block("yaml"), encoding="utf-8")
    return tmp_path


def _rows(*rows: str) -> str:
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows)
        + "</table>"
    )


TABLE_TWO_2027 = _rows(
    "第二十条第（一）项", "信息内容|本年制发件数|本年废止件数|现行有效总件数", "规章|0|0|3", "行政规范性文件|12|2|40",
    "第二十条第（五）项", "信息内容|本年处理决定数量", "行政许可|1200",
    "第二十条第（六）项", "信息内容|本年处理决定数量", "行政处罚|88", "行政强制|5", "行政检查|731",
    "第二十条第（八）项", "信息内容|本年收费金额（单位：万元）", "行政事业性收费|95.5",
)  # fmt: skip


def _page(*tables: str) -> bytes:
    title = "<h1>示例县人民政府2027年政府信息公开工作年度报告</h1>"
    return f"<html><meta charset=utf-8><body>{title}<p>二、主动公开政府信息情况</p>{''.join(tables)}</body></html>".encode()


def test_a_new_row_and_a_renamed_column_are_read(folder: Path) -> None:
    parsed = read_report(_page(TABLE_TWO_2027), catalogue=load_forms(FORMS, folder)).to_contract()
    assert parsed["report"]["form_table2"] == "2027"
    values = {(row["item"], row["metric"]): row["value"] for row in parsed["proactive_disclosure"]}
    assert values["administrative_inspections", "decisions"] == 731
    assert values["normative_documents", "in_force"] == 40
    assert len(values) == 11
    assert not [f for f in parsed["findings"] if f["rule"] in ("label_unmapped", "row_missing", "column_missing")]


def test_without_the_file_the_new_row_is_refused_and_named() -> None:
    parsed = read_report(_page(TABLE_TWO_2027)).to_contract()
    assert 731 not in [row["value"] for row in parsed["proactive_disclosure"]]
    assert any(
        f["rule"] == "label_unmapped" and "行政检查" in f["message"] and "731" in f["message"]
        for f in parsed["findings"]
    )


def test_the_forms_of_the_past_are_read_as_before(folder: Path) -> None:
    """The year does not decide: a report of 2027 in the form of 2021 is recognised as that."""
    table = TABLE_TWO_2027.replace("现行有效总件数", "现行有效件数").replace(
        "<tr><td>行政检查</td><td>731</td></tr>", ""
    )
    parsed = read_report(_page(table), catalogue=load_forms(FORMS, folder)).to_contract()
    assert parsed["report"]["form_table2"] == "2021"
    assert not [f for f in parsed["findings"] if f["rule"] in ("label_unmapped", "row_missing", "column_missing")]


@pytest.fixture
def folder_with_a_line(folder: Path) -> Path:
    """The second recipe of the guide: the table copied from 2021, one row and one part added."""
    text = (FORMS / "2021.yaml").read_text(encoding="utf-8")
    table = text[text.index("  applications:\n") : text.index("  disputes:")]
    row = next(line for line in table.splitlines(keepends=True) if "{line: not_processed_confirm_or_reissue}" in line)
    table = table.replace(row, row + _block("yaml-row"))
    table = table.replace(
        "other_fee_overdue, other_misc]", f"other_fee_overdue, other_misc, {_block('yaml-part').strip()}]"
    )
    new = (folder / "2027.yaml").read_text(encoding="utf-8").replace('  applications: {same_as: "2021"}\n', table)
    (folder / "2027.yaml").write_text(new, encoding="utf-8")
    return folder


def _table_three(folder: Path, new_line: str) -> str:
    form = next(form for form in load_forms(FORMS, folder) if form.form == "2027").tables["applications"]
    (block,) = form.blocks
    header = "申请人情况|" + "|".join(leaf.label for leaf in block.column_leaves())
    rows = []
    for leaf in block.row_leaves():
        key = leaf.keys["line"]
        busy = key in ("received", "processed_total", "not_processed_machine_generated")
        rows.append(leaf.label + ("|" + new_line if busy else "|0" * 7))
    return _rows(header, *rows)


def test_a_new_line_of_table_three_is_read_and_added_up(folder_with_a_line: Path) -> None:
    catalogue = load_forms(FORMS, folder_with_a_line)
    table = _table_three(folder_with_a_line, "4|0|0|0|0|0|4")
    parsed = read_report(_page(table), catalogue=catalogue).to_contract()
    assert parsed["report"]["form_table3"] == "2027"
    values = {(row["line"], row["applicant"]): row["value"] for row in parsed["applications"]}
    assert values["not_processed_machine_generated", "natural_person"] == 4
    assert len(values) == 26 * 7
    assert not [f for f in parsed["findings"] if f["table_name"] == "applications"]


def test_a_wrong_sum_with_the_new_line_is_found(folder_with_a_line: Path) -> None:
    table = _table_three(folder_with_a_line, "4|0|0|0|0|0|4").replace(
        "6.批量自动生成的申请</td><td>4", "6.批量自动生成的申请</td><td>3"
    )
    parsed = read_report(_page(table), catalogue=load_forms(FORMS, folder_with_a_line)).to_contract()
    found = {(f["rule"], f["line"], f["applicant"]) for f in parsed["findings"] if f["table_name"] == "applications"}
    assert found == {
        ("applicants_sum_to_total", "not_processed_machine_generated", None),
        ("results_sum_to_total", None, "natural_person"),
    }


def test_the_warehouse_accepts_the_new_key(folder: Path, tmp_path: Path) -> None:
    """In a process of its own, with the file in the folder of the forms, as a maintainer would put it."""
    forms = tmp_path / "forms"
    forms.mkdir()
    for path in [*FORMS.glob("*.yaml"), folder / "2027.yaml"]:
        (forms / path.name).write_bytes(path.read_bytes())
    script = (
        "import sys; from pathlib import Path; import schemas.forms.catalogue as form; form.FORMS = Path(sys.argv[1])\n"
        "from schemas.tables import TABLES, enum_types, keys; print(keys.ITEMS); print(enum_types(TABLES.values()))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(forms)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("administrative_inspections") >= 2
