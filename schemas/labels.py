"""Normalising printed labels, so that the spelling of a page and the spelling of a form meet.

Order of the steps: domain rules for labels (NFKC, radicals, whitespace, quotes, enumerator, trailing note). Punctuation
carries no meaning inside a statutory label and varies freely between pages, so it is dropped altogether.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from schemas.yaml_text import load_yaml

# The second CJK radical block is not folded by NFKC. Extraction folds all of it for pdf; these seven occur in labels.
_RADICALS = str.maketrans("⺠⻅⻥⻔⻓⻬⻛", "民见鱼门长齐风")
_LONGEST_KEPT = 200  # characters of a text whose simplified form is remembered: titles and labels are asked for again
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u3000]+")
_ENUMERATOR = re.compile(
    r"^(?:其中[:：,，、]?(?=.)|[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.,:：．]|\d{1,2}[、.．)）](?!\d)|\d{1,2}(?:[-.]\d{1,2})+[、.．]?(?!\d)|\d{1,2}(?=[^\W\d_a-zA-Z年月日至时个项件条])|[①-⑳]|[A-Za-z]\d{1,3}(?:[-.]\d{1,3})*[、.:：]?(?=[^\W\d_a-zA-Z]))+"
)
_TRAILING_NOTE = re.compile(r"[(（](?:区分处理|单位|不同渠道|不同方式|不包括|只计)[^()（）]*[)）]?$")
# 黄陂 2020 explains its labels in them (处理决定数量 (指2020年办件量)), 越秀 2020 prints the unit (采购总金额(万元)):
# https://www.huangpi.gov.cn/jxzl/slqj_jxzl/zfxxgkndbg_slqj/202101/t20210127_1618961.html
# Of 复制费（光盘） and 复制费（纸张） only the note distinguishes them.
_CLOSING_NOTE = re.compile(
    r"(?<=[\w)])\((?!(?:[一二三四五六七八九十\d]+|纸张|光盘|软盘|磁盘)\)$)[^()]*(?:\([^()]*\)[^()]*)*\)$"
)
_MARK_BEHIND = re.compile(r"(?<=[\w）)”\"])[①-⑳⓪-⓿¹²³⁴-⁹]+(?=\s*(?:[(（]|$))")
"""The sign of a note behind a label: 部分公开①."""
_PUNCTUATION = re.compile(r"[\W_]")
SERIAL_COLUMNS = frozenset(("序号", "编号", "行次", "行号", "项次"))
REMARK_COLUMNS = frozenset(("备注", "说明", "填报说明"))
IDLE_COLUMNS = SERIAL_COLUMNS | REMARK_COLUMNS | {"代码", "指标代码", "编码", "代号", "指标编码", "指标编号"}
"""Headers of columns that hold no figure of a form, in any table: serial numbers, codes, remarks."""
COLUMN_MARKS = frozenset(("甲", "乙", "丙", "丁"))
"""What statistical forms print below their headers to count the columns (甲 乙 丙 1 2): no row."""
UNIT_COLUMNS = frozenset(("单位", "计量单位", "计算单位"))
"""Headers of columns that hold the unit of their row."""
SUBTOTALS = frozenset(("小计", "合计", "总计", "共计", "累计"))
"""What sums are called: of a whole table, or of a group in it."""
_UNITS = "亿元|万元|元|件次|条次|人次|件|条|个|项|次|篇|人|份|宗|起|处|场|期"
_UNIT_NOTE = re.compile(rf"单位[:：]?({_UNITS})|[(（]({_UNITS})[)）]")
# An annex prints label and unit into one cell: 主动公开文件数 条.
_BROKEN_UNITS = _UNITS.replace("元", r"\s*元").replace("次", r"\s*次")
_UNIT_BEHIND = re.compile(rf"(?<=[\w）)”\"\s]{{3}}[\w）)”\"])(?<![万亿人件条])(?:\s+|(?<=[）)]))({_BROKEN_UNITS})\s*$")


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """NFKC, radicals, no whitespace. The form in which texts are compared and shown."""
    folded = unicodedata.normalize("NFKC", text).translate(_RADICALS)
    return _INVISIBLE.sub("", folded)


@cache
def _simplified_forms() -> dict[int, str]:
    lines = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


@cache
def _gateway_words(part: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds the words that the official big5 gateways change, and what the pages themselves print for each."""
    raw = load_yaml(Path(__file__).with_name("gateway_words.yaml").read_text(encoding="utf-8"))
    kept = raw["unless"] if part == "labels" else []
    words = {word: word for word in kept} | raw[part]
    return re.compile("|".join(map(re.escape, words))), words


def _without_gateway_words(text: str, part: str) -> str:
    pattern, words = _gateway_words(part)
    return pattern.sub(lambda found: words[found[0]], text)


def simplified(text: str) -> str:
    """``text`` in simplified characters and without the words of a big5 gateway, place by place (the length stays the same).

    For matching only: what is shown stays as printed.
    """
    if text.isascii():
        return text
    return _simplified(text) if len(text) <= _LONGEST_KEPT else _simplified.__wrapped__(text)


@lru_cache(maxsize=16384)
def _simplified(text: str) -> str:
    return _without_gateway_words(text.translate(_simplified_forms()), "same_length")


@lru_cache(maxsize=65536)
def normalise_label(text: str) -> str:
    """A label without enumerator, note in brackets at its end, punctuation and spaces: ``（三）  不予\\n公开`` → ``不予公开``."""
    core = _without_gateway_words(simplified(squeeze(_UNIT_BEHIND.sub("", _MARK_BEHIND.sub("", text)))), "labels")
    stripped = _ENUMERATOR.sub("", core)
    stripped = _without_notes(stripped)
    return _PUNCTUATION.sub("", stripped or core)


def _without_notes(text: str) -> str:
    """Without the notes in brackets at the end, of which the last may be the unit: 主动公开政府信息数（…只计1条）（条）."""
    return _TRAILING_NOTE.sub("", _CLOSING_NOTE.sub("", _TRAILING_NOTE.sub("", text)))


def is_enumerated(text: str) -> bool:
    """Whether a label carries an enumerator: ``一、主动公开情况``, ``（一）收到申请数``, ``其中：…``."""
    return bool(_ENUMERATOR.match(squeeze(text)))


def plain_label(text: str) -> str:
    """A label as people would quote it: without its enumerator and the note in brackets at its end."""
    return _without_notes(_ENUMERATOR.sub("", squeeze(text))) or text


@lru_cache(maxsize=4096)
def printed_unit(text: str) -> str | None:
    """The unit that a label prints, ``收费金额（单位：万元）`` or ``收费金额 万元`` → ``万元``; None if it prints none."""
    behind = _UNIT_BEHIND.search(text)
    if behind:
        return squeeze(behind[1])
    found = _UNIT_NOTE.search(squeeze(text))
    return found.group(1) or found.group(2) if found else None
