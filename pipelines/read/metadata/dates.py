"""Report year and publication date: the printed ones, in order of trust, and what contradicts them.

Trust for the date: the PubDate meta tag, then a labelled date on the page, then an unlabelled date between title and
text, then the URL. URL dates lie (1970-01-01, migrations), so the last one counts only within two years of the report.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from schemas.labels import squeeze

_DATE = r"((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})"
_COMPACT = r"((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
# 成文日期 is when a document was signed, not when it was published: last among the labelled.
_LABELS = (
    "发布时间|发布日期|公开时间|公开日期|发布于",
    "(?<![成发生更])(?:时间|日期)",
    "发表时间|添加时间|更新时间|更新日期",
    "发文日期|成文日期|生成日期|公文生成日期",
)
_METADATA_LABELS = (_LABELS[0], _LABELS[2], _LABELS[3])
_META_DATES = ("pubdate", "publishdate", "pubtime", "publish_time", "article:published_time", "firstpublishtime")
_PERIOD = re.compile(r"((?:19|20)\d{2})\s*年?\s*1\s*月\s*1\s*日")


@dataclass(frozen=True)
class Published:
    """A publication date and where it was found: meta, labelled, unlabelled, url, signature."""

    day: date
    source: str


def dates_in(text: str) -> Iterator[date]:
    """Every valid calendar date printed in ``text``."""
    for found in re.finditer(_DATE, text):
        day = _date(*found.groups())
        if day:
            yield day


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def published(
    meta: Mapping[str, str], head: Sequence[str], url: str | None, year: int | None,
    above: Sequence[str] = (), end: Sequence[str] = (),
) -> Published | None:  # fmt: skip
    """The most trusted publication date.

    Args:
        meta: meta tags, names in lower case.
        head: texts from the title (included) to the first heading.
        url: address of the page.
        year: report year, to judge dates of low trust.
        above: texts before the title. A date there is page chrome, unless a metadata table prints it behind its label.
        end: the last texts, where a report may be signed and dated.
    """
    for name in _META_DATES:
        day = next(dates_in(meta.get(name, "")), None)
        if day:
            return Published(day, "meta")
    day = next(_labelled(head, _LABELS), None)
    day = day or next((day for day in _labelled(above, _METADATA_LABELS) if _plausible(day, year)), None)
    if day:
        return Published(day, "labelled")
    for text in (text.strip("| \u3000") for text in head):
        if len(text) <= 80 and not re.search("统计期限|1月1日|12月31日", squeeze(text)):
            day = next((day for day in dates_in(text) if _plausible(day, year)), None)
            if day:
                return Published(day, "unlabelled")
    return _from_url(url, year) or _signed(end, year)


def _signed(end: Sequence[str], year: int | None) -> Published | None:
    """The date of the signature, alone on its line."""
    alone = (re.fullmatch(rf"\s*{_DATE}\s*日?\s*", text) for text in reversed(end))
    days = (_date(*found.groups()) for found in alone if found)
    day = next((day for day in days if day and year is not None and _plausible(day, year)), None)
    return Published(day, "signature") if day else None


def _labelled(texts: Sequence[str], labels: Sequence[str]) -> Iterator[date]:
    """Dates behind a label, on its line or alone on the next one, in the order of the labels."""
    for label in labels:
        for text, following in zip_longest(texts, texts[1:], fillvalue=""):
            beside = re.search(rf"(?:{label})\s*[\])】]?\s*[:：]?\s*(?:{_DATE}|{_COMPACT})", text)
            below = re.search(rf"(?:{label})\s*[:：]?\s*$", text) and re.match(rf"\s*{_DATE}", following)
            found = beside or below
            day = _date(*filter(None, found.groups())) if found else None
            if day:
                yield day


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
        if "12月31日" not in squeeze(text):
            continue
        years = {int(found.group(1)) for found in _PERIOD.finditer(text)}
        if len(years) == 1:
            return years.pop()
    return None


def year_in(text: str) -> int | None:
    """A four-digit year printed in a title, in digits or Chinese numerals (二〇二〇年)."""
    squeezed = squeeze(text)
    found = re.search(r"(?<!\d)((?:19|20)\d{2})(?!\d)", squeezed)
    if found:
        return int(found.group(1))
    chinese = re.search(r"([一二][〇○零九][〇○零一二三四五六七八九]{2})年", squeezed)
    return int(chinese.group(1).translate(_CHINESE_DIGITS)) if chinese else None
