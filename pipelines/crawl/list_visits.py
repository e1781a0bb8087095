"""Verdicts on the lists of sources: one per source and run, so that no list fails silently.

Counts are collected during the crawl and judged at the end of the run. The verdicts are lines of the fetch log. ``status``, the
asset check and the summary of a run all show ``archive.log_frames.list_visit_frame``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum

VISIT_MARK = b'"kind":"visit"'
"""Marks a line of the fetch log as a list visit instead of a fetch."""
_FEWER = 0.9  # share of the links of the previous visit: a list may drop one or two
_ACCEPTED_AFTER = timedelta(days=30)  # after this time the shorter list is accepted


class ListVerdict(StrEnum):
    """How the visit to a source's lists ended, the worst first. The values are contract: they stand in the fetch log."""

    NOT_REACHED = "not_reached"
    NEEDS_RENDER = "needs_render"
    NOTHING_YET = "nothing_yet"
    EMPTY_FIRST_ANSWER = "empty_first_answer"
    NO_REPORT_LINKS = "no_report_links"
    PAGES_MISSING = "pages_missing"
    FEWER_LINKS = "fewer_links"
    GUESSED = "guessed"
    COMPLETE = "complete"

    @property
    def label_zh(self) -> str:
        """Chinese name, for reports to an operator."""
        return _LABELS[self]

    @property
    def advice(self) -> str:
        """What an operator can do about it; empty when there is nothing to do."""
        return _ADVICE.get(self, "")

    @property
    def is_sound(self) -> bool:
        """Whether the list was read completely, as far as is known."""
        return self in (ListVerdict.COMPLETE, ListVerdict.GUESSED)


_LABELS = {
    ListVerdict.NOT_REACHED: "栏目页未能取得",
    ListVerdict.NEEDS_RENDER: "列表需浏览器渲染",
    ListVerdict.NOTHING_YET: "栏目建设中或暂无内容",
    ListVerdict.EMPTY_FIRST_ANSWER: "数据接口首次返回为空",
    ListVerdict.NO_REPORT_LINKS: "栏目中没有年报链接",
    ListVerdict.PAGES_MISSING: "页数少于分页器所示",
    ListVerdict.FEWER_LINKS: "年报链接少于上次",
    ListVerdict.GUESSED: "翻页地址系推测",
    ListVerdict.COMPLETE: "已读至末页",
}
_ADVICE = {  # short enough for one cell of a table
    ListVerdict.NOT_REACHED: "see the outcome of the page; correct url, scheme or tls of the source",
    ListVerdict.NEEDS_RENDER: "find the list's data address, render it, or use gongkai import",
    ListVerdict.NOTHING_YET: "look in a browser; the column may have moved",
    ListVerdict.EMPTY_FIRST_ANSWER: "look in a browser; set listing, or report the family",
    ListVerdict.NO_REPORT_LINKS: "look in a browser; the url may be of another column",
    ListVerdict.PAGES_MISSING: "look at the last pages in a browser; import what is missing",
    ListVerdict.FEWER_LINKS: "look in a browser; reports held stay held",
    ListVerdict.GUESSED: "nothing, if the number of links is right",
}


@dataclass
class ColumnVisit:
    """Counts of the visit to one column. A run keeps one for each column, without its links."""

    source_id: str
    province: str
    url: str
    depth: int = 0
    family: str = ""
    pages: int = 0
    rows: int = 0
    reports: int = 0
    parts: int = 0
    asked_data: int = 0  # data addresses whose first answer was waited for
    answered_data: int = 0
    promised: int = 0  # pages by the word of the list that fell shortest of it
    reached: int = 0
    promised_rows: int = 0  # by the word of its first page
    guessed: bool = False
    nothing_yet: bool = False
    needs_render: bool = False
    failure: str = ""
    lost: str = ""

    def fell_short(self, promised: int, reached: int) -> None:
        """Record that a list of the column ended before the last page it announced."""
        if promised - reached > self.promised - self.reached:
            self.promised, self.reached = promised, reached

    def merged(self, other: "ColumnVisit") -> "ColumnVisit":
        """Merge with counts of the same column from another worker: the larger of every count."""
        values = {item.name: max(getattr(self, item.name), getattr(other, item.name)) for item in fields(self)}
        return ColumnVisit(**values)


@dataclass(frozen=True)
class ListVisit:
    """The visit to one source: a line of the fetch log. Times are UTC in ISO 8601."""

    run_id: str
    source_id: str
    province: str
    url: str
    fetched_at: str
    verdict: ListVerdict
    since: str  # the first visit with the same verdict
    family: str = ""
    columns: int = 0
    pages: int = 0
    rows: int = 0
    report_links: int = 0
    links_before: int = 0  # of the last visit that was not short of them
    promised_pages: int = 0
    reached_pages: int = 0
    message: str = ""
    kind: str = field(default="visit")

    def to_line(self) -> bytes:
        """One JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "ListVisit":
        """Read a line back. Keys a newer version may have added are ignored."""
        known = {item.name for item in fields(cls)}
        data = {key: value for key, value in json.loads(line).items() if key in known}
        return cls(**data | {"verdict": ListVerdict(data["verdict"])})


def judge_visit(columns: Sequence[ColumnVisit], before: ListVisit | None, *, run_id: str, now: datetime) -> ListVisit:
    """The verdict on a source: the worst of its columns. ``columns`` begins with the source's own."""
    own, links = columns[0], sum(column.reports for column in columns)
    verdict, message = _verdict(columns, links)
    baseline = links
    if before is not None and verdict.is_sound and links < before.links_before * _FEWER:
        accepted = (
            before.verdict is ListVerdict.FEWER_LINKS and now - datetime.fromisoformat(before.since) > _ACCEPTED_AFTER
        )
        if not accepted:
            verdict, message = ListVerdict.FEWER_LINKS, f"{links} report links, {before.links_before} before"
            baseline = before.links_before
    elif before is not None and not verdict.is_sound:
        baseline = max(links, before.links_before)
    short = max(columns, key=lambda column: column.promised - column.reached)
    at = now.isoformat(timespec="milliseconds")
    return ListVisit(
        run_id, own.source_id, own.province, own.url, at, verdict,
        before.since if before is not None and before.verdict is verdict else at,
        own.family, len(columns), sum(column.pages for column in columns), sum(column.rows for column in columns), links,
        baseline, short.promised, short.reached, message,
    )  # fmt: skip


def _verdict(columns: Sequence[ColumnVisit], links: int) -> tuple[ListVerdict, str]:
    return _unreadable(columns[0]) or (_incomplete(columns) if links else _without_links(columns))


def _unreadable(own: ColumnVisit) -> tuple[ListVerdict, str] | None:
    """Why the source's own page gave no list; None if it did."""
    if own.needs_render:
        why = own.failure.removeprefix("needs_render").strip()
        return ListVerdict.NEEDS_RENDER, why or "the list is fetched by script"
    return (ListVerdict.NOT_REACHED, own.failure) if own.failure else None


def _silent(columns: Sequence[ColumnVisit]) -> tuple[ListVerdict, str] | None:
    silent = next((column for column in columns if column.asked_data and not column.answered_data), None)
    if silent is None:
        return None
    return ListVerdict.EMPTY_FIRST_ANSWER, f"{silent.family}: no rows from the data address of {silent.url}"


def _without_links(columns: Sequence[ColumnVisit]) -> tuple[ListVerdict, str]:
    if any(column.nothing_yet for column in columns):
        return ListVerdict.NOTHING_YET, "the column says that there is nothing yet"
    own = columns[0]
    nothing = ListVerdict.NO_REPORT_LINKS, f"{own.rows} links on {own.pages} pages, none names a report"
    return _silent(columns) or nothing


def _incomplete(columns: Sequence[ColumnVisit]) -> tuple[ListVerdict, str]:
    """The verdict on lists that hold report links: what is missing of them, if anything."""
    silent = _silent(columns)
    if silent is not None:
        return silent
    short = next((column for column in columns if column.promised > column.reached or column.lost), None)
    if short is not None:
        message = short.lost or f"{short.reached} of {short.promised} pages"
        return ListVerdict.PAGES_MISSING, f"{message}: {short.url}"
    failed = next((column for column in columns if column.failure), None)
    if failed is not None:
        return ListVerdict.PAGES_MISSING, f"{failed.failure}: {failed.url}"
    few = next((column for column in columns if column.promised_rows > max(column.rows, column.reports)), None)
    if few is not None:
        return ListVerdict.PAGES_MISSING, f"{few.rows} of {few.promised_rows} rows: {few.url}"
    guessed = any(column.guessed for column in columns)
    return (ListVerdict.GUESSED, "page addresses were guessed") if guessed else (ListVerdict.COMPLETE, "")


def by_source(visits: Iterable[ColumnVisit]) -> dict[str, list[ColumnVisit]]:
    """Columns of each source, its own first."""
    found: dict[str, list[ColumnVisit]] = {}
    for visit in sorted(visits, key=lambda visit: visit.depth):
        found.setdefault(visit.source_id, []).append(visit)
    return found
