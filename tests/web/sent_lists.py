"""Lists whose next page is sent for with a form, stands behind 更多 or on another host, or whose rows are data of no known form."""

# ruff: noqa: E501 - page sources stand as sites print them
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs

from tests.web.clicked_lists import clicked
from tests.web.families import FamilySite
from tests.web.pages import page, title
from tests.web.printed_lists import rows, script, served
from tests.web.server import Answer, Asked

_N_PAGES = 3
_HREFS = [[f"/nb/show/{number}{item}.html" for item in range(4)] for number in range(_N_PAGES)]
_ARTICLES = tuple(href for hrefs in _HREFS for href in hrefs)
_STATE = "<input type=hidden name=__VIEWSTATE value='/wE+{k}='><input type=hidden name=__EVENTTARGET><input type=hidden name=__EVENTARGUMENT>"

FORMS: dict[str, tuple[str, Callable[[int], str]]] = {
    "post_back": ("__EVENTARGUMENT", lambda k: _STATE.replace("{k}", str(k)) + (f"<a href=\"javascript:__doPostBack('Pager','{k + 1}')\">下一页</a>" if k < _N_PAGES else "<a disabled>下一页</a>")),
    "post_back_by_number": ("__EVENTARGUMENT", lambda k: _STATE.replace("{k}", str(k)) + "".join(f"<a href=\"javascript:__doPostBack('Pager','{n}')\">{n}</a>" for n in range(1, _N_PAGES + 1) if n != k)),
    "filled_in": ("pageNo", lambda k: f"<input type=hidden id=no name=pageNo value={k}>" + (f"<a href='javascript:go({k + 1})'>下一页</a>" if k < _N_PAGES else "") + script("function go(n){ document.getElementById('no').value = n; document.f.submit(); }")),
    "submitted": ("pageNo", lambda k: f"<input type=hidden name=pageNo value={k + 1}><input type=submit name=go value='下一页'>" if k < _N_PAGES else ""),
}  # fmt: skip


def sent(form: str) -> FamilySite:
    """Pages that are asked for with the fields of a form, by POST; a wrong field brings the first again."""
    field, pager = FORMS[form]
    bodies = [
        page(f"<form name=f method=post action='/nb/list.do'><input type=hidden name=cid value=5>{rows(hrefs, number * 4)}{pager(number + 1)}</form>")
        for number, hrefs in enumerate(_HREFS)
    ]  # fmt: skip

    def answer(asked: Asked) -> Answer:
        said = {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}
        number = int(said.get(field, "1")) if said.get("cid") == "5" else 1
        is_stale = "__VIEWSTATE" in said and said["__VIEWSTATE"] != f"/wE+{number - 1}="
        return Answer(bodies[0 if is_stale else number - 1])

    return FamilySite(served({"/nb/list.do": answer}, _ARTICLES), "/nb/list.do", _ARTICLES)


def odd_titles() -> FamilySite:
    """Rows that name a report in words of their own, among others: the pages behind them decide."""
    odd = (
        "2011年政府信息公开情况汇报",
        "民政局2020年度报告",
        "2012年《政府信息公开条例》执行情况报告",
        "卫生和计划生育局2016年政府信息公开工作年度报告",
    )
    hrefs = [f"/nb/show/9{number}.html" for number in range(len(odd))]
    body = "".join(f"<li><a href='{href}'>{name}</a></li>" for href, name in zip(hrefs, odd, strict=True))
    articles = (*_HREFS[0], *hrefs)
    return FamilySite(served({"/nb/": page(rows(_HREFS[0], 0) + body)}, articles), "/nb/", articles)


def behind_more() -> FamilySite:
    """The column shows its newest reports; 更多 leads to all of them, under another path. The 更多 of the news is not asked for."""
    news = "<div><h3>通知公告<a href='/tz/'>更多</a></h3><ul><li><a href='/tz/1.html'>关于放假安排的通知</a></li></ul></div>"
    newest = f"<div><h3>政府信息公开年报<a href='/xxgk/all/'>更多</a></h3>{rows(_HREFS[0], 0)}</div>"
    pages = {"/nb/": page(news + newest)}
    for number, hrefs in enumerate(_HREFS):
        body = rows(hrefs, number * 4) + script(f"createPageHTML({_N_PAGES}, {number}, 'index', 'html');")
        pages["/xxgk/all/" if number == 0 else f"/xxgk/all/index_{number}.html"] = page(body)
    return FamilySite(served(pages, _ARTICLES), "/nb/", _ARTICLES)


def more_that_is_called() -> FamilySite:
    """More rows come by a script that names no address."""
    hrefs = tuple(_HREFS[0])
    return FamilySite(served({"/nb/": page(rows(hrefs, 0) + "<div id='more'>加载更多</div>")}, hrefs), "/nb/", hrefs)


def rows_promised() -> FamilySite:
    """A page says that there are more rows than it holds, and not where the others are."""
    hrefs = tuple(_HREFS[0])
    return FamilySite(served({"/nb/": page(rows(hrefs, 0) + "<p>共 48 条</p>")}, hrefs), "/nb/", hrefs)


def feed(kind: str) -> FamilySite:
    """A column's feed, or its rows as data, as the source itself."""
    named = [(href, title(number)) for number, href in enumerate(_ARTICLES)]
    bodies = {
        "rss": "<?xml version='1.0'?><rss version='2.0'><channel><title>年报</title>" + "".join(f"<item><title><![CDATA[{name}]]></title><link>{href}</link></item>" for href, name in named) + "</channel></rss>",
        "atom": "<feed xmlns='http://www.w3.org/2005/Atom'>" + "".join(f"<entry><title>{name}</title><link href='{href}'/></entry>" for href, name in named) + "</feed>",
        "json": json.dumps({"code": 0, "page": {"content": [{"meta": {"subject": name, "linkUrl": href}} for href, name in named]}}),
    }  # fmt: skip
    answer = Answer(
        bodies[kind], headers={"Content-Type": "application/octet-stream" if kind == "json" else "text/xml"}
    )
    return FamilySite(served({"/nb/list": answer}, _ARTICLES), "/nb/list", _ARTICLES)


_DEAD = "<!-- <script>createPageHTML(9,0,'index','html')</script><a href='/dead.html'>下一页</a> --><script>/* createPageHTML(33,0,'old','html') */ // var countPage=99;\n</script>"


def with_dead_pagers(built: FamilySite) -> FamilySite:
    """The same with pagers of an old system in comments of every page."""
    return _retold(built, lambda answer: replace(answer, body=answer.body.replace("</head>", f"{_DEAD}</head>")) if isinstance(answer.body, str) else answer)  # fmt: skip


def as_download(built: FamilySite) -> FamilySite:
    """The same with rows that the server declares to be a download."""
    return _retold(built, lambda answer: replace(answer, headers={**answer.headers, "Content-Type": "application/octet-stream"}) if str(answer.body)[:1] in "{[" else answer)  # fmt: skip


def parts_as_strings(built: FamilySite) -> FamilySite:
    """The same with the rows as JSON in a string of the answer."""

    def packed(answer: Answer) -> Answer:
        if str(answer.body)[:1] != "{":
            return answer
        parts = json.loads(str(answer.body))
        return replace(
            answer,
            body=json.dumps({key: json.dumps(part) if isinstance(part, dict) else part for key, part in parts.items()}),
        )

    return _retold(built, packed)


def nested_otherwise(built: FamilySite) -> FamilySite:
    """The same with its rows one level deeper, under other names."""

    def wrapped(answer: Answer) -> Answer:
        if str(answer.body)[:1] != "{":
            return answer
        said = str(answer.body).replace('"results"', '"hits"').replace('"total"', '"totalCount"')
        return replace(answer, body=json.dumps({"status": 200, "result": json.loads(said)}))

    return _retold(built, wrapped)


def _retold(built: FamilySite, told: Callable[[Answer], Answer]) -> FamilySite:
    return replace(built, handle=lambda asked: told(built.handle(asked)))


def framed_elsewhere(list_url: str) -> FamilySite:
    """A column whose list stands in a frame of another host."""
    return FamilySite(served({"/nb/": page(f"<iframe src='{list_url}'></iframe>")}, ()), "/nb/", ())


def framed_list() -> FamilySite:
    """The list that is framed."""
    return clicked("numbers")
