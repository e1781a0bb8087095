"""How many pages or entries a page says that a list has: 共 7 页, 页次：1/7, 共 98 条 每页 15 条."""

import re

_GAP = r"(?:\s|&nbsp;|<[^>]{0,200}>)"
_OF_PAGES = re.compile(
    rf"(?:共计?|总共|分为?)(?:{_GAP}|有|：|:){{0,6}}(\d{{1,5}}){_GAP}{{0,6}}页"
    rf"|(?<!\d)\d{{1,5}}{_GAP}{{0,6}}/{_GAP}{{0,6}}(\d{{1,5}}){_GAP}{{0,6}}页|总页数(?:{_GAP}|：|:){{0,4}}(\d{{1,5}})"
    rf"|页[次数]?(?:{_GAP}|：|:){{0,6}}\d{{1,5}}{_GAP}{{0,6}}/{_GAP}{{0,6}}(\d{{1,5}})\b"
    rf"|共(?:{_GAP}|有|计|：|:|\d|条|记录|信息|[，,；;]){{1,30}}?(?<=[，,；;\s>])(\d{{1,5}}){_GAP}{{0,6}}页"
    r"|\b[Pp]age\s*\d{1,5}\s*of\s*(\d{1,5})\b"
)
_OF_ROWS = re.compile(
    rf"共(?:{_GAP}|有|计|：|:){{0,6}}(\d{{1,6}}){_GAP}{{0,6}}条(?!评论|留言|回复|公告|新闻)"
    rf"(?:[^每]{{0,60}}每页(?:{_GAP}|显示|：|:){{0,6}}(\d{{1,4}}){_GAP}{{0,6}}条)?"
)
_COUNTED = re.compile(r"(?:total-?pages?|page-?count|data-pages)\s*=\s*[\"']?(\d{1,5})", re.IGNORECASE)
_HALF_WIDTH = str.maketrans("０１２３４５６７８９／", "0123456789/")


def printed_count(text: str) -> int:
    """共 7 页, 页次：1/7, 共 98 条 每页 15 条, ``totalpage="7"``; digits of full width count, too."""
    if "页" not in text and " of " not in text:
        return 0
    text = text.translate(_HALF_WIDTH)
    found = _OF_PAGES.search(text) or _COUNTED.search(text)
    if found is not None:
        return int(next(group for group in found.groups() if group))
    rows = _OF_ROWS.search(text)
    if rows is not None and rows[2] and int(rows[2]):
        return -(-int(rows[1]) // int(rows[2]))
    return 0


def printed_rows(text: str) -> int:
    """共 98 条; 0 when a page does not say."""
    rows = _OF_ROWS.search(text.translate(_HALF_WIDTH)) if "条" in text else None
    return int(rows[1]) if rows is not None else 0
