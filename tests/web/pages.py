"""Pages of the loopback sites: reports, lists, and what stands in their place."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tests.web.server import NOT_FOUND, Answer, Asked, Handle

_PROSE = "本年度我局按照条例要求推进各项公开工作，及时更新公开目录，规范办理流程，回应社会关切。" * 12


def report(agency: str, year: int, *, tables: bool = True, extra: str = "", prose: str = _PROSE) -> str:
    """A report page. Without ``tables`` only headings and prose stand in it."""
    table = (
        "<table><tr><td>信息内容</td><td>本年制发件数</td></tr></table><table><tr><td>申请人情况</td></tr></table>"
        if tables
        else ""
    )
    return (
        f"<html><head><title>{agency}{year}年政府信息公开工作年度报告</title></head><body><div class='content'>"
        f"<h1>{agency}{year}年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>{prose}</p>"
        f"<p>二、主动公开政府信息情况</p>{table}<p>三、收到和处理政府信息公开申请情况</p>"
        f"<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p><p>{prose}</p>{extra}</div></body></html>"
    )


def title(number: int) -> str:
    return f"测试县第{number}局{2008 + number % 17}年政府信息公开工作年度报告"


def items(hrefs: Sequence[str], first: int = 0) -> str:
    """List items with report titles."""
    return "".join(
        f'<li><a href="{href}" title="{title(first + number)}">{title(first + number)[:18]}…</a><span>2024-01-20</span></li>'
        for number, href in enumerate(hrefs)
    )


def page(body: str, head: str = "") -> str:
    chrome = '<div class="nav"><a href="/">首页</a><a href="/zwgk/zfxxgkzn/">政府信息公开指南</a></div>'
    return f"<html><head><title>政府信息公开年报</title>{head}</head><body>{chrome}<ul class='list'>{body}</ul></body></html>"


def from_pages(
    pages: Mapping[str, str | bytes | Answer | Callable[[Asked], Answer]], *, reports_at: str = "/"
) -> Handle:
    """A site that answers ``pages`` by path, a report at any other path under ``reports_at``, and 404 elsewhere."""
    return partial(_answer, pages, reports_at)


def _answer(
    pages: Mapping[str, str | bytes | Answer | Callable[[Asked], Answer]], reports_at: str, asked: Asked
) -> Answer:
    found = pages.get(asked.target, pages.get(asked.path))
    if callable(found):
        return found(asked)
    if isinstance(found, Answer):
        return found
    if found is not None:
        return Answer(found)
    if asked.path == "/robots.txt" or not asked.path.startswith(reports_at):
        return NOT_FOUND
    return Answer(report("测试县" + asked.path.rpartition("/")[2].partition(".")[0] + "局", 2023))
