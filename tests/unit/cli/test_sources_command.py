"""`gongkai sources`: what is wrong with a sources file, and adding to one."""

from pathlib import Path

import pytest
import yaml

from tests.conftest import Gongkai

GOOD = """province: jiangsu
sources:
  # the counties of Nantong
  - id: nantong-counties-2020
    url: https://www.nantong.gov.cn/ntsrmzf/20xsq/
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "jiangsu.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_sound_sources_pass(gongkai: Gongkai, tmp_path: Path) -> None:
    answer = gongkai("sources", "check", written(tmp_path, GOOD))
    assert answer.code == 0
    assert "(told by the page)" in answer.out  # counted by family and by how it is known
    assert "discovered" in answer.out
    assert "1 sources in 1 provinces (1 column); 0 problems" in answer.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "    delay: 3\n", "jiangsu.yaml:6: delay: unknown key; known are id, url, kind"),
        (GOOD.replace("jiangsu\n", "narnia\n", 1), "'narnia' is not a province"),
        (
            GOOD.replace("www.nantong.gov.cn", "127.9.9.9"),
            "source nantong-counties-2020: host 127.9.9.9:443 is not registered",
        ),
        (GOOD.replace("https:", "file:"), "must be an absolute http:// or https:// address"),
        ("just words", "must be a mapping"),
        ("province: [", "is not YAML"),
    ],
)
def test_every_problem_is_a_line_with_its_place(gongkai: Gongkai, tmp_path: Path, text: str, said: str) -> None:
    answer = gongkai("sources", "check", written(tmp_path, text))
    assert answer.code == 1
    assert said in answer.err


def test_a_missing_file_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    answer = gongkai("sources", "check", tmp_path / "none.yaml")
    assert answer.code == 1
    assert "none.yaml" in answer.err


def test_a_run_with_wrong_sources_fetches_nothing_and_leaves_nothing(gongkai: Gongkai, tmp_path: Path) -> None:
    wrong = written(tmp_path, GOOD + "    delay: 3\n")
    answer = gongkai("run", "--sources", wrong, "--home", tmp_path / "home")
    assert answer.code == 1
    assert answer.err.startswith("error: ")
    assert answer.err.count("\n") == 1
    assert "delay: unknown key" in answer.err
    assert not (tmp_path / "home").exists()


def test_a_run_on_an_unregistered_host_is_refused_before_anything_is_fetched(gongkai: Gongkai, tmp_path: Path) -> None:
    wrong = written(tmp_path, GOOD.replace("www.nantong.gov.cn", "127.9.9.9"))
    answer = gongkai("run", "--sources", wrong, "--home", tmp_path / "home")
    assert answer.code == 1
    assert answer.err == (
        "error: source nantong-counties-2020: host 127.9.9.9:443 is not registered"
        " (.gov.cn, or allow_hosts of the source, or --allow-host)\n"
    )
    assert not (tmp_path / "home").exists()


def test_adding_keeps_what_is_there(gongkai: Gongkai, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    options = ("-p", "jiangsu", "--region", "320681", "--unseen", "--sources", tmp_path)
    answer = gongkai("sources", "add", "https://www.qidong.gov.cn/qdsrmzf/nb/", *options)
    assert answer.code == 0, answer.err
    text = file.read_text(encoding="utf-8")
    assert text == GOOD + answer.out
    (added,) = yaml.safe_load(answer.out)
    assert added.pop("id").startswith("qidong-nb-")
    assert added == {"url": "https://www.qidong.gov.cn/qdsrmzf/nb/", "region": "320681", "known": "derived"}
    assert gongkai("sources", "check", tmp_path).code == 0


@pytest.mark.parametrize(
    ("url", "options", "said"),
    [
        ("https://www.nantong.gov.cn/ntsrmzf/20xsq/", (), "is already there as nantong-counties-2020 (jiangsu)"),
        (
            "http://www.nantong.gov.cn/ntsrmzf/20xsq/index.html",
            (),
            "is already there as nantong-counties-2020 (jiangsu)",
        ),
        (
            "https://www.qidong.gov.cn/x/",
            ("--id", "nantong-counties-2020"),
            "is already taken by https://www.nantong.gov.cn",
        ),
        ("https://127.9.9.9/x/", (), "127.9.9.9:443 is not registered"),
        ("https://127.9.9.9/x/", (), "if it is genuine, give --allow-host"),
        ("nantong.gov.cn", (), "must be an absolute"),
        ("https://www.qidong.gov.cn/x/", ("--region", "32"), "region"),
        ("https://www.qidong.gov.cn/x/", ("--kind", "page"), "kind"),
    ],
)
def test_a_wrong_source_is_not_added(
    gongkai: Gongkai, tmp_path: Path, url: str, options: tuple[str, ...], said: str
) -> None:
    file = written(tmp_path, GOOD)
    answer = gongkai("sources", "add", url, "-p", "jiangsu", "--sources", tmp_path, *options)
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert said in answer.err
    assert file.read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("discover", "--portal", "ftp://x"), "--portal 'ftp://x': must be an absolute http:// or https:// address"),
        (("discover", "--portal", "http://["), "must be an absolute"),
        (("discover", "--province", "mars"), "--province 'mars': no such province"),
        (("audit", "--to", "/nope/list.csv"), "--to /nope/list.csv: there is no folder /nope"),
        (("audit", "--province", "mars"), "--province 'mars': no such province"),
        (("accept", "--province", "mars"), "--province 'mars': no such province"),
        (("coverage", "--province", "mars"), "--province 'mars': no such province"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_asked(
    gongkai: Gongkai, tmp_path: Path, call: tuple[str, ...], said: str
) -> None:
    written(tmp_path, GOOD)
    answer = gongkai("sources", *call, "--sources", tmp_path)
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert said in answer.err
