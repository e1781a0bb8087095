"""Report year and publication date: the printed ones, in order of trust, and what contradicts them.

Trust for the date: the PubDate meta tag, then a labelled date on the page, then an unlabelled date between title and
text, then the URL. URL dates lie (1970-01-01, migrations), so the last one counts only within two years of the report.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise, zip_longest
from typing import NamedTuple

from pipelines.content.agency_names import ORGAN, same_agency
from schemas.labels import squeeze

_DATE = r"((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})"
_COMPACT = r"((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"
_NUMERAL = "[〇○◯零Oo0一二三四五六七八九十]"
_WRITTEN_OUT = re.compile(rf"([一二]{_NUMERAL}{{3}})年({_NUMERAL}{{1,3}})月({_NUMERAL}{{1,3}})日")
_CHINESE_DIGITS = str.maketrans("〇○◯零Oo一二三四五六七八九", "000000123456789")


class _Label(NamedTuple):
    """Labels of equal worth. ``metadata``: they count in a table of metadata above the title or at the foot, too."""

    pattern: re.Pattern[str]
    metadata: bool


# 成文日期 is when a document was signed, not when it was published: last among the labelled.
_LABELS = tuple(
    _Label(re.compile(before + r"(?:" + "|".join(r"\s*".join(word) for word in words.split()) + ")"), metadata)
    for before, words, metadata in (
        (
            "",
            "发布时间 发布日期 公开时间 公开日期 发布于 发稿时间 发稿日期 上网时间 上网日期 公布时间 公布日期"
            " 刊发时间 信息时间 信息日期",
            True,
        ),
        ("(?<![成发生更效印止限计期述立稿期文新表加入改录])", "时间 日期", False),
        ("", "发表时间 发表日期 添加时间 录入时间 更新时间 更新日期 修改时间", True),
        ("", "发文日期 发文时间 成文日期 成文时间 生成日期 生成时间 公文生成日期 印发日期", True),
    )
)
_META_DATES = ("pubdate", "publishdate", "pubtime", "publish_time", "article:published_time", "firstpublishtime")
_PERIOD = re.compile(r"((?:19|20)\d{2})\s*年?\s*1\s*月\s*1\s*日")
_END_OF_YEAR = re.compile(r"12月31日|(?<!\d)12[.-]31(?!\d)|十二月三十一日")
_NO_PUBLICATION = re.compile(
    "统计期限|1月1日|12月31日|星期|周[一二三四五六日]|年度?报告|办法|条例|截止|有效期|打印|[生失]效|施行|实施|访问|登录|今天|当前"
)
_LABEL = re.compile(r"[\u4e00-\u9fff]{1,6}(?:时间|日期)")
_FIRST_YEAR = 2004
"""Of the first local rules on disclosure: 1970-01-01 is what a system prints that knows no date."""
_BEIJING = timezone(timedelta(hours=8))
_LATEST = 20
"""Years after the report year in which a migrated page may say that it was published; 2099 is a slip."""
_VALUE = re.compile(rf"[\s\])】>|]*[:：]?[\s|\[(（【]*(?:{_DATE}|{_COMPACT}|{_WRITTEN_OUT.pattern})")
_EDGES = " |\u3000-•·*[]【】()（）"


@dataclass(frozen=True)
class Published:
    """A publication date and where it was found: meta, labelled, unlabelled, url, signature."""

    day: date
    source: str


def dates_in(text: str) -> Iterator[date]:
    """Every valid calendar date printed in ``text``, in digits or written out (二〇二四年一月三十日)."""
    for found in re.finditer(rf"{_DATE}|(?<!\d){_COMPACT}", text):
        day = _date(*[part for part in found.groups() if part])
        if day and day.year >= _FIRST_YEAR:
            yield day
    for found in _WRITTEN_OUT.finditer(squeeze(text)):
        day = _date(found[1].translate(_CHINESE_DIGITS), _ordinal(found[2]), _ordinal(found[3]))
        if day:
            yield day


def _ordinal(numeral: str) -> str:
    """二十三 → 23, 十 → 10, 〇三 → 3."""
    tens, ten, ones = numeral.partition("十")
    digits = (tens or "1") + (ones or "0") if ten else numeral
    return digits.translate(_CHINESE_DIGITS)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def published(
    meta: Mapping[str, str], head: Sequence[str], url: str | None, year: int | None,
    above: Sequence[str] = (), end: Sequence[str] = (), below: Sequence[str] = (), agency: str | None = None,
) -> Published | None:  # fmt: skip
    """The most trusted publication date.

    Args:
        meta: meta tags, names in lower case.
        head: texts from the title (included) to the first heading; lines that lead to other documents left empty.
        url: address of the page.
        year: report year, to judge dates of low trust.
        above: texts before the title. A date there is page chrome, unless a metadata table prints it behind its label.
        end: the last texts, where a report may be signed and dated.
        below: texts behind the report, where source and date may stand at the foot.
        agency: whose report it is: a date that another organ signed is not the report's.
    """
    head, above, end, below = (_folded(texts) for texts in (head, above, end, below))
    tagged = [day for name in _META_DATES if (day := _tagged(meta.get(name, "")))]
    # No report is published before its year is over: such a tag is that of the page it was copied from.
    sensible = [day for day in tagged if year is None or date(year, 12, 1) <= day <= date(year + _LATEST, 12, 31)]
    if sensible:
        return Published(sensible[0], "meta")
    if day := _best_labelled(head, (*above, ""), (*end, "", *below), year):
        return Published(day, "labelled")
    day = _unlabelled(head, year) or _unlabelled(above[-1:], year)
    return Published(day, "unlabelled") if day else _from_url(url, year) or _signed(end, year, agency)


def _tagged(text: str) -> date | None:
    """The day of a meta tag, in Beijing: systems write it in UTC, too (2024-01-17T16:30:00Z), or as milliseconds."""
    if re.fullmatch(r"1\d{9}(?:\d{3})?", text.strip()):
        return datetime.fromtimestamp(int(text.strip()[:10]), _BEIJING).date()
    if re.search(r"T\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$", text.strip()):
        try:
            return datetime.fromisoformat(text.strip()).astimezone(_BEIJING).date()
        except ValueError:
            return next(dates_in(text), None)
    return next(dates_in(text), None)


def _folded(texts: Sequence[str]) -> list[str]:
    """Texts with digits and signs in their usual width."""
    return [text if text.isascii() else unicodedata.normalize("NFKC", text) for text in texts]


def _best_labelled(head: Sequence[str], above: Sequence[str], below: Sequence[str], year: int | None) -> date | None:
    """The first date behind the best label; around the report only plausible ones, and one day for all of them at its foot."""
    for label in _LABELS:
        day = next((day for day in _labelled(head, label.pattern) if year is None or day.year <= year + _LATEST), None)
        if day:
            return day
        if not label.metadata:
            continue
        day = next((day for day in _labelled(above, label.pattern) if _plausible(day, year)), None)
        days = {day for day in _labelled(below, label.pattern) if year is not None and _plausible(day, year)}
        if day or len(days) == 1:
            return day or days.pop()
    return None


def _unlabelled(texts: Sequence[str], year: int | None) -> date | None:
    """A date without a label between title and text."""
    for text in texts:
        text = text.strip(_EDGES)
        if len(text) <= 80 and not _NO_PUBLICATION.search(squeeze(text)):
            day = next((day for day in dates_in(text) if _plausible(day, year)), None)
            if day:
                return day
    return None


def _signed(end: Sequence[str], year: int | None, agency: str | None) -> Published | None:
    """The date of the signature, alone on its line."""
    alone = (
        next(dates_in(text), None)
        for above, text in reversed([*pairwise(("", *end))])
        if (re.fullmatch(rf"\s*{_DATE}\s*日?\s*", text) or _WRITTEN_OUT.fullmatch(squeeze(text)))
        and not _is_of_another(above, agency)
    )
    day = next((day for day in alone if day and year is not None and _plausible(day, year)), None)
    return Published(day, "signature") if day else None


def _is_of_another(line: str, agency: str | None) -> bool:
    """Whether a line is the name of another organ."""
    name = squeeze(line)
    return agency is not None and len(name) <= 30 and bool(ORGAN.search(name)) and not same_agency(name, agency)


def _labelled(texts: Sequence[str], label: re.Pattern[str]) -> Iterator[date]:
    """Dates behind a label: on its line, or on the next one where the label's line prints no date."""
    for at, (text, following) in enumerate(zip_longest(texts, texts[1:], fillvalue="")):
        named = label.search(text)
        if not named:
            continue
        if (later := _in_the_row_below(texts, at, named)) is not None:
            yield from later
            continue
        rest = text[named.end() :]
        beside = _VALUE.match(rest)
        days = list(dates_in(beside.group() if beside else ""))[:1]
        if not days and re.match(r"[\s\])】|]*[:：]?\s*(?:$|\s{2}|\|)", rest) and not re.search(r"\d{4}", text):
            days = list(dates_in(following.strip(_EDGES))) if len(following) <= 80 else []
        if len(days) == 1:
            yield days[0]


def _in_the_row_below(texts: Sequence[str], at: int, named: re.Match[str]) -> list[date] | None:
    """The date below a label, where labels stand in a row, or on lines of their own one after the other, and the values follow.

    As many dates as labels of dates: they are in the same order; else none is certain. None where labels do not stand so.
    """
    first = last = at
    while first and _is_label_alone(texts[first - 1]):
        first -= 1
    while last + 1 < len(texts) and _is_label_alone(texts[last + 1]):
        last += 1
    labels = [label for text in texts[first : last + 1] for label in _LABEL.finditer(text)]
    if len(labels) < 2 or (first < last and not _is_label_alone(texts[at])) or next(dates_in(texts[at]), None):
        return None
    count = 1 if first == last else last - first + 1
    values = [day for text in texts[last + 1 : last + 1 + count] for day in dates_in(text)]
    before = sum(len(_LABEL.findall(text)) for text in texts[first:at]) + len(
        _LABEL.findall(texts[at][: named.start()])
    )
    return [values[before]] if len(values) == len(labels) else []


def _is_label_alone(text: str) -> bool:
    return re.fullmatch(r"\W*[\u4e00-\u9fff]{2,8}\s*[:：]\s*", text) is not None


def _plausible(day: date, year: int | None) -> bool:
    return year is None or date(year, 12, 1) <= day <= date(year + 2, 12, 31)


def _from_url(url: str | None, year: int | None) -> Published | None:
    day = date_in_url(url)
    return Published(day, "url") if day and year is not None and _plausible(day, year) else None


def date_in_url(url: str | None) -> date | None:
    """The date that an address carries, whatever it is worth: ``t20240130_1.shtml``, ``/2024/1/30/``, ``/20240130/``."""
    for pattern in (
        r"t((?:19|20)\d{2})(\d{2})(\d{2})_",
        r"/((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})/",
        r"/((?:19|20)\d{2})(\d{2})(\d{2})/",
    ):
        found = re.search(pattern, url or "")
        day = _date(*found.groups()) if found else None
        if day:
            return day
    return None


def year_of_period(texts: Sequence[str]) -> int | None:
    """The year of the statistical period (``自2020年1月1日起``); None when not printed or not one year."""
    for text in texts:
        if not _END_OF_YEAR.search(squeeze(text)):
            continue
        years = {int(found.group(1)) for found in _PERIOD.finditer(text)}
        years = years or {day.year for day in dates_in(text) if (day.month, day.day) == (1, 1)}
        if len(years) == 1:
            return years.pop()
    return None
