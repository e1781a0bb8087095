"""Headings of sections in other words and other numerals; no text is counted to the section before."""

import pytest

from pipelines.read.reader import read_report
from schemas.labels import normalise_label

NAMES = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
         "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip
CHINESE = "一二三四五六"


def numbers(*headings: str) -> list[tuple[int, str]]:
    lines = [part for n, heading in enumerate(headings, start=1) for part in (heading, f"第{n}节的正文在此。")]
    text = "\n".join(("某县2023年政府信息公开工作年度报告", *lines)).encode()
    sections = read_report(text, name="a.txt").to_contract()["sections"]
    return [(section["section_no"], section["text"]) for section in sections]


ALL = [(n, f"第{n}节的正文在此。") for n in range(1, 7)]


@pytest.mark.parametrize(
    "style", ["{c}、{name}", "{n}、{name}", "{n}.{name}", "（{c}）{name}", "{r}、{name}", "第{c}部分 {name}", "{name}"]
)
def test_numerals(style: str) -> None:
    roman = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ")
    heads = [
        style.format(c=c, n=n, r=r, name=name)
        for n, (c, r, name) in enumerate(zip(CHINESE, roman, NAMES, strict=True), start=1)
    ]
    assert numbers(*heads) == ALL


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "工作开展情况"), (2, "主动公开情况"), (2, "信息发布情况"), (3, "依申请公开情况"),
     (4, "复议诉讼情况"), (5, "下一步工作打算"), (6, "其他事项"), (6, "其他需要报告的事项情况")],
)  # fmt: skip
def test_words(number: int, words: str) -> None:
    heads = [
        f"{c}、{words if n == number else name}"
        for n, (c, name) in enumerate(zip(CHINESE, NAMES, strict=True), start=1)
    ]
    assert numbers(*heads) == ALL


def test_more_words_in_traditional_characters_belong_to_the_heading() -> None:
    lines = [f"{c}、{name}\n正文。" for c, name in zip(CHINESE, NAMES, strict=True)]
    text = "\n".join(
        ("某县2023年政府信息公开工作年度报告", *lines[:5], "六、其他需要報告的事項情況", "正文。")
    ).encode()
    last = read_report(text, name="a.txt").to_contract()["sections"][-1]
    assert (last["heading"], last["text"]) == ("六、其他需要報告的事項情況", "正文。")


def test_a_heading_glued_to_a_book_is_cut_off_after_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def counted(text: str) -> str:
        steps.append(text)
        return normalise_label(text)

    monkeypatch.setattr("pipelines.read.sections.normalise_label", counted)
    numbers(
        *(f"{c}、{name}" for c, name in zip(CHINESE[:5], NAMES, strict=False)), "六、其他需要报告的事项" + "某" * 50_000
    )
    assert len(steps) < 500
