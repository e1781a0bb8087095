"""Copies for other tools: complete, described, checkable, and harmless to open."""

import csv
import hashlib
import json
import zipfile

import frictionless
import openpyxl
import polars as pl
import pyreadstat
import pytest

from pipelines.export import spreadsheet, stata
from pipelines.export.exporter import ExportError, export, exported_tables
from pipelines.home import Home
from pipelines.warehouse.errors import WarehouseMissing
from pipelines.warehouse.queries.query import query
from tests.unit.warehouse.reports import gold, publish

HOSTILE = '=HYPERLINK("https://127.9.9.9/","x")'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("export"))
    report = gold("qidong-2020")
    publish(home, report, report.but(url="https://a.gov.cn/2021", report_year=2021, sections={1: HOSTILE, 6: "-1+2"}))
    return home


@pytest.fixture(scope="module")
def folder(home):
    export(home, home.exports, ["parquet", "csv", "xlsx"])
    return home.exports


def test_every_table_is_written_in_every_format(home, folder):
    for name in exported_tables():
        held = query(home, f"SELECT count(*) FROM {name}").item()
        assert pl.read_parquet(folder / "parquet" / f"{name}.parquet").height == held
        with (folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
            assert sum(1 for _ in csv.reader(handle)) == held + 1


def test_csv_opens_in_excel_and_runs_no_formula(folder):
    raw = (folder / "csv" / "sections.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (folder / "csv" / "sections.csv").open(encoding="utf-8-sig", newline="") as handle:
        texts = [row["text"] for row in csv.DictReader(handle)]
    assert texts == ["'" + HOSTILE, "'-1+2"]


def test_negative_numbers_stay_numbers(folder):
    frame = pl.read_csv(folder / "csv" / "proactive_disclosure.csv")
    assert frame.filter(pl.col("value") < 0).height == 6  # three 本年增/减, in two years


def test_the_workbook_holds_text_as_text(folder):
    with zipfile.ZipFile(folder / "xlsx" / "gongkai.xlsx") as book:
        sheets = [book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)
    assert len(sheets) == len(exported_tables()) + 1


def test_the_workbook_says_where_it_stops(home, monkeypatch, tmp_path):
    monkeypatch.setattr(spreadsheet, "ROW_CAP", 10)
    export(home, tmp_path, ["xlsx"])
    with zipfile.ZipFile(tmp_path / "xlsx" / "gongkai.xlsx") as book:
        cover = book.read("xl/worksheets/sheet1.xml").decode()
    assert "no 否" in cover
    assert "At most 10 rows a sheet" in cover


def test_the_data_package_is_valid_and_describes_every_field(folder):
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert [r["name"] for r in package["resources"]] == exported_tables()
    for resource in package["resources"]:
        assert resource["description"]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_checksums_hold(folder):
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(lines) == 2 * len(exported_tables()) + 3  # the workbook, both descriptions
    for line in lines:
        digest, _, path = line.partition("  ")
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest


def test_the_index_tells_rows_and_checksums_of_every_file(home, folder):
    index = json.loads((folder / "index.json").read_text("utf-8"))
    assert index["rows"] == {name: query(home, f"SELECT count(*) FROM {name}").item() for name in exported_tables()}
    assert (index["release"], index["changes"], index["last_change"]) == (1, [], None)
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"index.json", "SHA256SUMS"}
    assert {file["path"] for file in index["files"]} == there
    for file in index["files"]:
        data = (folder / file["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


@pytest.mark.parametrize("chosen", ["csv", "parquet"])
def test_croissant_is_well_formed_and_every_field_is_a_column(home, tmp_path, chosen):
    """By the rules of Croissant 1.0: types, unique ids, references that resolve, a checksum for every file."""
    export(home, tmp_path, [chosen])
    told = json.loads((tmp_path / "croissant.json").read_text("utf-8"))
    assert (told["@type"], told["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    assert {"@context", "name", "description", "version", "datePublished"} <= told.keys()
    files = {item["@id"]: item for item in told["distribution"]}
    fields = [field for record in told["recordSet"] for field in record["field"]]
    ids = [*files, *(r["@id"] for r in told["recordSet"]), *(f["@id"] for f in fields)]
    assert len(ids) == len(set(ids))
    assert [r["@id"] for r in told["recordSet"]] == exported_tables()
    for item in files.values():
        assert item["@type"] == "cr:FileObject"
        assert hashlib.sha256((tmp_path / item["contentUrl"]).read_bytes()).hexdigest() == item["sha256"]
    for record in told["recordSet"]:
        path = tmp_path / f"{chosen}/{record['name']}.{chosen}"
        frame = pl.read_parquet(path) if chosen == "parquet" else pl.read_csv(path, infer_schema=False)
        assert [f["source"]["extract"]["column"] for f in record["field"]] == frame.columns
        assert {f["source"]["fileObject"]["@id"] for f in record["field"]} <= files.keys()
        assert {key["@id"] for key in record.get("key", [])} <= set(ids)
    for field in fields:
        assert field["dataType"] in {"sc:Text", "sc:Integer", "sc:Float", "sc:Boolean", "sc:Date", "sc:DateTime"}
        assert field.get("references", {"field": {"@id": ids[0]}})["field"]["@id"] in ids


def test_parquet_alone_has_a_package_of_its_own(home, tmp_path):
    export(home, tmp_path, ["parquet"])
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert package["resources"][0]["path"] == "parquet/reports.parquet"


def test_wrong_requests_are_refused_in_one_line(home, tmp_path):
    with pytest.raises(ExportError, match="no export format ods"):
        export(home, tmp_path, ["ods"])
    with pytest.raises(WarehouseMissing):
        export(Home(tmp_path), tmp_path / "x", ["csv"])


def test_the_workbook_is_fit_for_reading(folder):
    """Names, official labels, a filter over the rows, columns as wide as their text; findings say whose and where."""
    book = openpyxl.load_workbook(folder / "xlsx" / "gongkai.xlsx")
    sheet = book["applications"]
    names, labels = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=2))
    assert dict(zip(names, labels, strict=True))["value"] == "数值（件）"
    assert all(labels)
    assert sheet.auto_filter.ref == f"A2:{openpyxl.utils.get_column_letter(len(names))}{sheet.max_row}"
    assert sheet.freeze_panes == "A3"
    assert sheet.column_dimensions["C"].width > len("not_processed_excessive_repetitive")
    findings = book["quality.findings"]
    head = [cell.value for cell in findings[1]]
    assert head[:3] == ["agency_name", "report_year", "url"]
    assert [cell.value for cell in findings[2]][:3] == ["机关名称", "报告年度（年）", "网址"]
    first = dict(zip(head, [cell.value for cell in findings[3]], strict=True))
    assert first["agency_name"] == "启东市人民政府"
    assert first["url"].startswith("http")


def test_stata_gets_names_it_accepts_and_the_labels(home, tmp_path):
    export(home, tmp_path, ["dta"])
    path = tmp_path / "dta" / "marts.report_wide.dta"
    frame, meta = pyreadstat.read_dta(str(path), output_format="polars")
    held = query(home, "FROM marts.report_wide ORDER BY ALL")
    assert frame.height == held.height
    assert max(map(len, frame.columns)) <= 32
    assert len(set(frame.columns)) == held.width
    assert meta.column_names_to_labels["agency_name"] == "机关名称"
    shortened = meta.column_names_to_labels["admini_licens_items_previo_year"]
    assert "administrative_licenses_items_previous_year" in (shortened or "")
    assert frame["received"].to_list() == [int(value) for value in held["received"]]
    assert "marts.report_wide.dta" in (tmp_path / "dta" / "READ-ME.txt").read_text("utf-8")


def test_a_table_too_large_for_stata_is_left_out_whole_and_said(home, tmp_path, monkeypatch):
    monkeypatch.setattr(stata, "ROW_CAP", 1)
    export(home, tmp_path, ["dta"])
    assert not (tmp_path / "dta" / "reports.dta").exists()
    assert "reports: left out, 2 rows" in (tmp_path / "dta" / "READ-ME.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["received", "a.b"], ["received", "a_b"]),
        (["administrative_licenses_items_previous_year"], ["admini_licens_items_previo_year"]),
        (["x" * 40, "x" * 41], ["x" * 32, "x" * 29 + "_2"]),
    ],
)
def test_stata_names(names, short):
    assert stata.stata_names(names) == short
