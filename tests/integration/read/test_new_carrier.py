"""A carrier is added by an entry and a folder, as docs/adding-a-carrier.md says: its blocks are used as they stand."""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.content.containers import zipped

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "adding-a-carrier.md"
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)
_ASK = """
import json, sys
from selectolax.lexbor import LexborHTMLParser
from pipelines.content.attachments import find_attachments
from pipelines.content.sniffing import media_type, sniff
from pipelines.read.reader import read_report
from pipelines.tidy.agencies import carrier_ranks
from schemas.tables import TABLES, enum_types
data, other = (open(path, "rb").read() for path in sys.argv[1:])
page = LexborHTMLParser('<a href="/f/nb.odt">附件</a>')
print(json.dumps({
    "kind": sniff(data, None, "nb.doc").kind, "other": sniff(other, None, "nb.odt").kind, "media": media_type(data, "text/html"),
    "links": [link.href for link in find_attachments(page.root, "http://a.gov.cn/x/")],
    "parsed": read_report(data).to_contract(), "damaged": read_report(data[:-30], name="nb.odt").problem,
    "rank": carrier_ranks()["odt"], "enums": str(enum_types(TABLES.values())),
}))
"""


def _block(kind: str) -> str:
    (block,) = re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), flags=re.S | re.M)
    return str(block)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of pipelines and schemas with what the guide adds."""
    copy = tmp_path_factory.mktemp("house")
    for floor in ("pipelines", "schemas"):
        shutil.copytree(ROOT / floor, copy / floor, ignore=shutil.ignore_patterns("__pycache__"))
    registry = copy / "schemas" / "carriers.py"
    text = registry.read_text(encoding="utf-8")
    before = text.index('    CarrierEntry(\n        "zip",')
    registry.write_text(text[:before] + _block("carrier-entry") + text[before:], encoding="utf-8")
    folder = copy / "pipelines" / "extract" / "odt"
    folder.mkdir()
    (folder / "__init__.py").write_text(_block("python extractor"), encoding="utf-8")
    return copy


def _odt() -> bytes:
    rows = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "0", "3"],
        ["行政规范性文件", "12", "2", "40"],
    ]
    cells = [
        ["<table:table-cell table:number-columns-spanned='4'><text:p>第二十条第（一）项</text:p></table:table-cell>"]
    ]
    cells += [[f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row] for row in rows]
    table = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells)
    body = (
        "<text:h>示例县人民政府2023年政府信息公开工作年度报告</text:h><text:p>二、主动公开政府信息情况</text:p>"
        f"<table:table>{table}</table:table>"
    )
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {_NAMESPACES}>{text}</office:document-content>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def answer(house: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "a").write_bytes(_odt())
    (folder / "b").write_bytes(zipped("content.txt"))
    script = f"import sys; sys.path.insert(0, {str(house)!r})\n{_ASK}"
    asked = [sys.executable, "-c", script, str(folder / "a"), str(folder / "b")]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=house, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_its_files_are_told_by_their_bytes(answer: dict[str, Any]) -> None:
    assert (answer["kind"], answer["other"]) == ("odt", "zip")
    assert answer["media"] == "application/vnd.oasis.opendocument.text"


def test_links_to_it_are_attachments(answer: dict[str, Any]) -> None:
    assert answer["links"] == ["http://a.gov.cn/f/nb.odt"]


def test_its_reports_are_read(answer: dict[str, Any]) -> None:
    report = answer["parsed"]["report"]
    assert (report["carrier"], report["report_year"], report["agency_name"]) == ("odt", 2023, "示例县人民政府")
    values = {(row["item"], row["metric"]): row["value"] for row in answer["parsed"]["proactive_disclosure"]}
    assert values["normative_documents", "in_force"] == 40
    assert len(values) == 6


def test_a_damaged_file_says_so(answer: dict[str, Any]) -> None:
    assert "odt not read" in answer["damaged"]


def test_the_warehouse_admits_and_ranks_it(answer: dict[str, Any]) -> None:
    assert answer["rank"] == 21
    assert "'odt'" in answer["enums"]
