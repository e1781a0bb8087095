"""The words of the pages in both languages, and the names of the keys that the tables hold."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from pipelines.warehouse.queries.labels import member_names

LANGUAGES = ("zh", "en")


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    raw = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {key: (str(zh), str(en)) for key, (zh, en) in raw.items()}


def word(key: str, lang: str) -> str:
    """The word of that key. Raises KeyError for one that is not in ``words.yaml``."""
    return _words()[key][LANGUAGES.index(lang)]


_NAMES: Mapping[str, Mapping[str, str]] = {
    "level": {
        "central": "中央", "province": "省级", "prefecture": "地级", "county": "县级", "township": "乡级", "department": "部门",
    },
    "scope": {
        "region_aggregate": "全地区汇总", "government_only": "本级", "department": "部门", "township": "乡镇街道",
        "system": "垂直管理机关", "public_institution": "公共企事业单位",
    },
    "extraction_status": {
        "complete": "完整", "partial": "部分", "narrative_only": "只有文字", "tables_are_images": "表为图片",
        "unreadable": "未能读取",
    },
    "article": {f"20({number})": f"第二十条第（{zh}）项" for number, zh in zip((1, 5, 6, 8, 9), "一五六八九", strict=True)},
    "severity": {"error": "矛盾", "warning": "存疑", "info": "提示"},
    "carrier": {"html_table": "网页表格", "flat_text": "文字", "image": "图片", "pdf": "PDF", "ofd": "OFD"},
    "procedure": {"review": "行政复议", "litigation_direct": "未经复议直接起诉", "litigation_after_review": "复议后起诉"},
}  # fmt: skip


def name(column: str, key: object, lang: str) -> str:
    """What a key is called: ``("line", "received")`` → 本年新收政府信息公开申请数量; itself where nothing says so."""
    if key is None:
        return ""
    text = str(key)
    if lang == "en":
        return text.replace("_", " ")
    return _NAMES.get(column, {}).get(text) or _members(column).get(text, text)


@cache
def _members(column: str) -> Mapping[str, str]:
    return member_names(column)
