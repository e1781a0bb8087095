"""Normalising printed labels, so that the spelling of a page and the spelling of a form meet.

Order of the steps: domain rules for labels (NFKC, radicals, whitespace, quotes, enumerator, trailing note). Punctuation
carries no meaning inside a statutory label and varies freely between pages, so it is dropped altogether.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

# The second CJK radical block is not folded by NFKC. Extraction folds all of it for pdf; these seven occur in labels.
_RADICALS = str.maketrans("⺠⻅⻥⻔⻓⻬⻛", "民见鱼门长齐风")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u3000]+")
_ENUMERATOR = re.compile(
    r"^(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.,:：．]|\d{1,2}[、.．)）](?!\d)|[①-⑳])+"
)
_TRAILING_NOTE = re.compile(r"[(（](?:区分处理|单位|不同渠道|不同方式|不包括|只计)[^()（）]*[)）]?$")
# 黄陂 2020 explains its labels in them (处理决定数量 (指2020年办件量)), 越秀 2020 prints the unit (采购总金额(万元)):
# https://www.huangpi.gov.cn/jxzl/slqj_jxzl/zfxxgkndbg_slqj/202101/t20210127_1618961.html
_CLOSING_NOTE = re.compile(r"(?<=\w)\((?![一二三四五六七八九十\d]+\)$).*\)$")
_PUNCTUATION = re.compile(r"[\W_]")
_UNITS = "亿元|万元|元|件|条|个|项"
_UNIT_NOTE = re.compile(rf"单位[:：]?({_UNITS})|[(（]({_UNITS})[)）]")


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


def simplified(text: str) -> str:
    """``text`` with its traditional characters simplified, one for one: for matching only, what is shown stays as printed."""
    return text if text.isascii() else text.translate(_simplified_forms())


@lru_cache(maxsize=65536)
def normalise_label(text: str) -> str:
    """A label without enumerator, note in brackets at its end, punctuation and spaces: ``（三）  不予\\n公开`` → ``不予公开``."""
    core = simplified(squeeze(text)).replace("资讯", "信息")  # the Big5 gates change words, too
    stripped = _ENUMERATOR.sub("", core)
    stripped = _CLOSING_NOTE.sub("", _TRAILING_NOTE.sub("", stripped))
    return _PUNCTUATION.sub("", stripped or core)


def plain_label(text: str) -> str:
    """A label as people would quote it: without its enumerator and the note in brackets at its end."""
    return _CLOSING_NOTE.sub("", _TRAILING_NOTE.sub("", _ENUMERATOR.sub("", squeeze(text)))) or text


@lru_cache(maxsize=4096)
def printed_unit(text: str) -> str | None:
    """The unit that a header prints, ``本年收费金额（单位：万元）`` or ``（万元）`` → ``万元``; None when it prints none."""
    found = _UNIT_NOTE.search(squeeze(text))
    return found.group(1) or found.group(2) if found else None
