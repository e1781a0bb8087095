"""Variations of what stands around a report: breadcrumb, links to other reports, fields of source and date, the title itself.

The truth does not change: whose report it is, of which year, and when it was published stays what the report says of itself.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.factory.case import Draft, variation

_PAGES = ("html", "flat_html", "flat_txt")
_WEB = ("html", "flat_html")


@dataclass
class Surroundings:
    """Lines around the report in printed order. An item with an address is a link (in text: its text alone)."""

    above: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] | None = None  # the line below the title; None: the usual one
    inside: list[tuple[str, str]] = field(default_factory=list)  # at the end of the article
    foot: list[tuple[str, str]] = field(default_factory=list)
    has_meta: bool = True
    article_title: str | None = None
    page_title: str | None = None
    site_name: str | None = None
    link_title: str | None = None


def around(draft: Draft) -> Surroundings:
    """The surroundings of a draft."""
    found: Surroundings = draft.options.setdefault("surroundings", Surroundings())
    return found


def usual_fields(draft: Draft) -> str:
    """The line of source and date below a title."""
    day = draft.published.isoformat() if draft.published else ""
    return f"来源：{draft.agency} 发布时间：{day}"


_PLACES = ("样本县", "邻居市", "他乡县", "远方区")
_ORGANS = ("人民政府", "财政局", "教育局", "人民政府办公室", "卫生健康局", "甲镇人民政府")


def _others(draft: Draft, count: int) -> list[str]:
    """Titles of other reports: another agency, another year, or both; some name no agency."""
    rng = draft.rng
    titles = []
    for _ in range(count):
        year = draft.report_year + rng.choice((-3, -2, -1, 1))
        agency = rng.choice((draft.agency, rng.choice(_PLACES) + rng.choice(_ORGANS), ""))
        titles.append(
            rng.choice((f"{agency}{year}年政府信息公开工作年度报告", f"{year}年{agency}政府信息公开年度报告"))
        )
    return titles


def _entries(draft: Draft, count: int, *, marked: bool = False) -> list[tuple[str, str]]:
    """A list of other reports; in text each entry has a bullet or a date, for nothing else tells it from a title."""
    rng = draft.rng
    style = rng.choice(
        ("bullet", "dated", "both") if marked or draft.carrier == "flat_txt" else ("plain", "bullet", "dated")
    )
    entries = []
    for number, title in enumerate(_others(draft, count)):
        day = date(draft.report_year + 1, rng.randint(1, 3), rng.randint(1, 28)) - timedelta(days=365 * number)
        text = f"· {title}" if style in ("bullet", "both") else title
        text = f"{text} {day.isoformat()}" if style in ("dated", "both") else text
        entries.append((text, f"./t{day:%Y%m%d}_{number}.html"))
    return entries


@variation("writer", "a list of the site's reports above the report", _PAGES)
def list_above(draft: Draft) -> bool:
    around(draft).above += _entries(draft, draft.rng.randint(2, 6))
    return True


@variation("writer", "related reports below the report", _PAGES)
def related_below(draft: Draft) -> bool:
    heading = draft.rng.choice(("相关链接", "相关阅读：", "推荐阅读", "历年年报", "相关信息"))
    target = draft.rng.choice((around(draft).foot, around(draft).inside))
    target += [(heading, ""), *_entries(draft, draft.rng.randint(1, 5))]
    return True


@variation("writer", "previous and next document", _PAGES)
def previous_and_next(draft: Draft) -> bool:
    one, two = _others(draft, 2)
    target = draft.rng.choice((around(draft).foot, around(draft).inside, around(draft).above))
    target += [(f"上一篇：{one}", "./1.html"), (f"下一篇：{two}", "./2.html")]
    return True


@variation("writer", "breadcrumb above the title", _PAGES)
def breadcrumb(draft: Draft) -> bool:
    gap = draft.rng.choice((" > ", ">", " >> ", " » "))
    lead = draft.rng.choice(("当前位置：首页", "您的位置：首页", "首页"))
    around(draft).above.append((gap.join((lead, "政府信息公开", "政府信息公开年报", draft.agency)), ""))
    return True


def _retitle(draft: Draft, title: str) -> None:
    """Another title over the report; the old one stays known as the full one."""
    draft.options.setdefault("full_title", draft.title)
    draft.title = title


@variation("figures", "field: 2020年政府信息公开工作年度报告, the organ stands elsewhere", _PAGES)
def title_without_agency(draft: Draft) -> bool:
    full = draft.title
    _retitle(draft, f"{draft.report_year}年政府信息公开工作年度报告")
    return _say_elsewhere(draft, full)


@variation(
    "figures",
    "field: 某市人民政府政府信息公开工作年度报告, the year stands elsewhere",
    _PAGES,
    ("title_without_agency",),
)
def title_without_year(draft: Draft) -> bool:
    full = draft.title
    _retitle(draft, f"{draft.agency}政府信息公开工作年度报告")
    return _say_elsewhere(draft, full)


def _say_elsewhere(draft: Draft, full: str) -> bool:
    """Lead, link or meta tag print what the title does not."""
    where = draft.rng.choice(
        ("lead", "link", "meta", "page_title") if draft.carrier != "flat_txt" else ("lead", "link")
    )
    surroundings = around(draft)
    surroundings.article_title = surroundings.page_title = draft.title
    if where == "lead":
        verb = draft.rng.choice(("现公布", "特编制", "现向社会公布"))
        text = f"{draft.agency}{draft.report_year}年政府信息公开工作年度报告"
        draft.lead = f"根据《中华人民共和国政府信息公开条例》要求，{verb}{text}。{draft.lead}"
    elif where == "link":
        surroundings.link_title = full
    elif where == "meta":
        surroundings.article_title = full
    else:
        surroundings.page_title = f"{full}_示例县人民政府门户网站"
    return True


@variation("figures", "the lead states no period", excludes=("title_without_year",))
def lead_without_period(draft: Draft) -> bool:
    draft.lead = (
        "本报告由概述、主动公开、依申请公开等部分组成。" if "现" not in draft.lead else draft.lead.split("。")[0] + "。"
    )
    return True


_LABELS = ("发布时间", "发布日期", "公开日期", "日期", "时间", "发布于", "信息时间")
_FORMATS = ("{0:%Y-%m-%d}", "{0:%Y-%m-%d} 09:30:00", "{0.year}年{0.month}月{0.day}日", "{0:%Y/%m/%d}", "{0:%Y.%m.%d}",
            "{0:%Y-%m-%d}18:26",
            "{0.year}-{0.month}-{0.day}")  # fmt: skip


@variation("writer", "labels and spellings of the date", _PAGES)
def other_date_field(draft: Draft) -> bool:
    if draft.published is None:
        return False
    label = draft.rng.choice(_LABELS)
    day = draft.rng.choice(_FORMATS).format(draft.published)
    source = f"来源：{draft.agency}"
    joined = draft.rng.choice(
        (f"{source} {label}：{day}", f"{label}：{day}{source}", f"{source} | {label}：{day} 字体：[大 中 小]")
    )
    surroundings = around(draft)
    apart = ([source, f"{label}：", day], [f"[ {day} ]", source], [source, f"{label}:{day}"])
    surroundings.fields = draft.rng.choice(([joined], *apart))
    surroundings.has_meta = False
    return True


@variation("writer", "date and source at the foot of the page", _PAGES, excludes=("other_date_field",))
def date_at_the_foot(draft: Draft) -> bool:
    if draft.published is None:
        return False
    surroundings = around(draft)
    surroundings.fields, surroundings.has_meta = [f"来源：{draft.agency}"], False
    surroundings.foot.insert(0, (f"发布时间：{draft.published.isoformat()}", ""))
    return True


@variation("writer", "the signature is older than the publication", _PAGES, excludes=("signature",))
def older_signature(draft: Draft) -> bool:
    if draft.published is None:
        return False
    day = draft.published - timedelta(days=draft.rng.randint(1, 30))
    around(draft).inside[:0] = [(draft.agency, ""), (f"{day.year}年{day.month}月{day.day}日", "")]
    return True


@variation("writer", "names of the site: platform, portal", _PAGES)
def named_site(draft: Draft) -> bool:
    site = draft.rng.choice(("示例省政府信息公开平台", "样本市人民政府门户网站", "邻居市政务公开网", "邻居市人民政府"))
    surroundings = around(draft)
    surroundings.above.insert(0, (site, ""))
    surroundings.site_name = site
    return True


@variation("writer", "a frozen date in the page's chrome", _PAGES)
def chrome_date(draft: Draft) -> bool:
    day = draft.rng.choice(("2019年12月3日 星期二", "今天是2024年5月6日", "2023-11-30 星期四 晴"))
    around(draft).above.insert(0, (day, ""))
    return True
