"""`gongkai parse` on what is no report: one clear line, exit status 1, and the readable files still printed."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Gongkai

GUIDE = "<html><title>指南</title><body><h1>政府信息公开指南</h1><p>本机关依法公开政府信息。</p></body></html>"
FLAT = """启东市人民政府2020年政府信息公开工作年度报告
一、总体情况
二、主动公开政府信息情况
第二十条第（一）项
信息内容
本年新制作数量
本年新公开数量
对外公开总数量
规章
0
0
0
规范性文件
12
12
226
"""


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.html", b"", "the file is empty"),
        ("blank.txt", b" \n\n", "the file is empty"),
        ("noise.bin", bytes(range(256)) * 8, "unknown file type"),
        ("bundle.zip", b"PK\x03\x04" + b"z" * 40, "archive"),
        ("guide.html", GUIDE.encode(), "no annual report found"),
        ("prose.txt", "今天天气很好。".encode(), "no annual report found"),
    ],
)
def test_what_is_no_report_is_said_in_one_line(
    gongkai: Gongkai, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    for form in ("table", "json", "csv"):
        answer = gongkai("parse", file, "--format", form)
        assert (answer.code, answer.out) == (1, ""), form
        assert answer.err.startswith(f"error: {file}: ")
        assert said in answer.err
        assert answer.err.count("\n") == 1


def test_a_missing_file_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    answer = gongkai("parse", tmp_path / "none.html")
    assert (answer.code, answer.err) == (1, f"error: {tmp_path / 'none.html'}: {os.strerror(2)}\n")


@pytest.mark.parametrize("command", ["parse", "check"])
def test_a_pipe_is_not_waited_for(gongkai: Gongkai, tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "report.html")
    answer = gongkai(command, tmp_path / "report.html", "--format", "json")
    assert answer.code == 1
    assert "neither a file nor a folder of files" in answer.err + answer.out


def test_a_file_larger_than_any_report_is_not_taken_into_memory(gongkai: Gongkai, tmp_path: Path) -> None:
    with (tmp_path / "report.pdf").open("wb") as sparse:
        sparse.truncate(1 << 40)
    answer = gongkai("parse", str(tmp_path / "report.pdf"))
    assert (answer.code, answer.err) == (1, f"error: {tmp_path / 'report.pdf'}: larger than 100 MB\n")


def test_a_bad_file_among_good_ones_loses_nothing(gongkai: Gongkai, tmp_path: Path) -> None:
    good, bad = tmp_path / "report.txt", tmp_path / "guide.html"
    good.write_text(FLAT, encoding="utf-8")
    bad.write_text(GUIDE, encoding="utf-8")
    answer = gongkai("parse", good, bad, good, "--format", "json")
    assert answer.code == 1
    first, second = json.loads(answer.out)
    assert first == second
    cells = {
        (c["item"], c["metric"]): (c["value"], c["raw_text"], c["evidence"]) for c in first["proactive_disclosure"]
    }
    assert cells["normative_documents", "published_total"] == (226, "226", "text:line 16")
    assert gongkai("parse", good, "--format", "json").out.startswith("{")  # one file: one object, not a list


def test_the_table_shows_evidence_and_csv_numbers_stay_as_they_are(gongkai: Gongkai, tmp_path: Path) -> None:
    good = tmp_path / "report.txt"
    good.write_text(FLAT, encoding="utf-8")
    assert "text:line 16" in gongkai("parse", good).out
    rows = gongkai("parse", good, "--format", "csv").out.splitlines()
    assert rows[0] == "file,table,cell,value,status,printed,evidence,rule,expected,suggested_value,message"
    place = "20(1) / normative_documents / published_total"
    assert f"{good},proactive_disclosure,{place},226,reported,226,text:line 16,,,," in rows


@pytest.mark.parametrize(
    "arguments", [("parse",), ("parse", "x", "--format", "xml"), ("pasre", "x"), ("run", "--what")]
)
def test_wrong_usage_is_2(gongkai: Gongkai, arguments: tuple[str, ...]) -> None:
    assert gongkai(*arguments).code == 2


def test_a_wrong_province_or_setting_is_2(gongkai: Gongkai, tmp_path: Path) -> None:
    answer = gongkai("run", "--home", tmp_path, "-p", "narnia")
    assert answer.code == 2
    assert answer.err.startswith("error: --province 'narnia': no such province; they are beijing, tianjin")
    os.environ["GONGKAI_WORKERS"] = "many"
    answer = gongkai("status")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "GONGKAI_WORKERS='many'" in answer.err


def test_control_characters_of_a_page_do_not_reach_the_terminal(gongkai: Gongkai, tmp_path: Path) -> None:
    evil = tmp_path / "report.txt"
    evil.write_text(FLAT.replace("人民政府2020", "人民政府\x1b[31m\x1b]0;owned\x07 2020", 1), encoding="utf-8")
    answer = gongkai("parse", evil)
    assert "\x1b" not in answer.out + answer.err
    assert "\x07" not in answer.out + answer.err


def test_findings_come_first_and_whole_in_every_format(gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contradictory report: what contradicts what stands above two hundred cells, and is not cut."""
    report = Path(__file__).parents[3] / ".." / "shared" / "reports" / "qidong-2020.txt"
    if not report.exists():
        pytest.skip("needs the shared reports")
    monkeypatch.setenv("COLUMNS", "80")
    found = json.loads(gongkai("parse", report, "--format", "json").out)["findings"]
    shown = gongkai("parse", report).out
    assert shown.index(found[0]["rule"]) < shown.index("proactive_di")  # a narrow table folds the name
    assert "".join(found[0]["message"].split()) in "".join(shown.split())
    lines = gongkai("parse", report, "--format", "csv").out.splitlines()
    assert sum(",findings," in line for line in lines) == len(found)
    assert any(",309,text:" in line and ",310,4," in line for line in lines)
