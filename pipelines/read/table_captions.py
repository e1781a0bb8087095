"""Captions above the copies of a statutory table: which copy is the report's own.

A copy under a caption of its own (2019年, 全市, 附表) gives way to one without. The report's own year in a caption sets nothing
apart.
"""

import re
from collections.abc import Iterable, Sequence

from pipelines.content.report_titles import MAX_TITLE, parse_title
from pipelines.extract.document import Line
from pipelines.read.metadata.dates import year_of_period

Caption = tuple[int | None, str]
"""The number of the section that a table stands in, and the text above it."""

_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LAST_YEAR = re.compile("上一?年|去年|往年|历[年史]")
_APPENDED = re.compile("(?:^|。)附[件表]", re.MULTILINE)
_DATE = re.compile("(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
_APART = re.compile(
    "(?:19|20)[0-9]{2}|上一?年|去年|往年|历[年史]|本级|本部|[全各][省市州县区旗镇乡]|汇总|合并|对比|比较|附[件表:：]|[(（]附[)）]|相关|其中"
)


def caption_of(texts: Iterable[str]) -> str:
    """What the lines above a table say of it: those that set it apart by themselves, else all; a sentence may stand between.

    A date by itself signs what is above it, and says nothing of the table.
    """
    lines = [text for text in texts if not _DATE.fullmatch("".join(text.split()))]
    captions = [text for text in lines if not text.rstrip().endswith("。") and _APART.search(text)]
    return "\n".join(captions or lines)


def own_copies(places: Sequence[Caption], year: int | None) -> list[int]:
    """The copies that may be the report's own: those without a caption that sets them apart, else those of the latest year.

    Args:
        places: The section and the caption of each copy, in printed order.
        year: The report year, where the page states one.
    """
    return _own(list(range(len(places))), places, year)


def _own(copies: list[int], places: Sequence[Caption], year: int | None) -> list[int]:
    appended = [copy for copy in copies if _APPENDED.search(places[copy][1])]
    if 0 < len(appended) < len(copies):  # of districts or departments
        return _own([copy for copy in copies if copy not in appended], places, year)
    if len(copies) < 2:
        return copies
    section = places[copies[0]][0]
    plain = [copy for copy in copies if places[copy][0] in (section, None) and not _is_set_apart(places[copy][1], year)]
    if plain:
        return plain
    years = [_year_of(places[copy][1]) for copy in copies]
    known = [named for named in years if named is not None]
    if len(known) < len(years):
        return copies
    return [copy for copy, named in zip(copies, years, strict=True) if named == max(known)]


def _is_set_apart(caption: str, year: int | None) -> bool:
    return _APART.search(caption.replace(str(year), "") if year else caption) is not None


def _year_of(caption: str) -> int | None:
    """The latest year of a caption; 0 for last year, None where it names none."""
    named = [int(year) for year in _YEAR.findall(caption)]
    return max(named) if named else 0 if _LAST_YEAR.search(caption) else None


def stated_year(lines: Sequence[Line], first_heading: int) -> int | None:
    """The report year by the statistical period, else by the titles above the first section where they agree."""
    head = [line.text for line in lines[:first_heading] if not line.linked and len(line.text) <= MAX_TITLE]
    titles = (parse_title(text) for text in head if "公" in text)
    years = {title.year for title in titles if title and title.year}
    return year_of_period([line.text for line in lines]) or (years.pop() if len(years) == 1 else None)
