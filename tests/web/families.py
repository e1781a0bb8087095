"""One faithful site per family of docs/domain/site-families.md: how it lists, pages on, and where its articles are.

Each builder hands back a :class:`FamilySite`: the handle, the column's path, and the article addresses a crawl must reach.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from tests.web.pages import from_pages, items, page, title
from tests.web.server import NOT_FOUND, Answer, Asked, Handle


@dataclass(frozen=True)
class FamilySite:
    """What a site of a family serves, and what is to be found there."""

    handle: Handle
    column: str
    articles: tuple[str, ...]


def trs(n_pages: int = 3, *, quote: str = '"', extension: str = "html", container: str = "") -> FamilySite:
    """拓尔思: ``createPageHTML``, page k at ``index_{k-1}``; relative links with the date in them."""
    folder, pages, articles = "/zwgk/zfxxgknb/", {}, []
    for number in range(n_pages):
        names = [f"./20240{number % 9 + 1}/t20240{number % 9 + 1}20_{number}{item}.html" for item in range(4)]
        articles += [folder + name[2:] for name in names]
        first = f"{quote}{container}{quote}, " if container else ""
        call = f"createPageHTML({first}{n_pages}, {number}, {quote}index{quote}, {quote}{extension}{quote});"
        pager = f"<script>//WCM置标\n{call}</script>"
        own = folder if number == 0 else f"{folder}index_{number}.{extension}"
        pages[own] = page(items(names, number * 4) + pager)
    return FamilySite(from_pages(pages, reports_at=f"{folder}2"), folder, tuple(articles))


def datastore(hrefs: Sequence[str], first: int, total: int, next_group: str | None = None) -> str:
    """The XML block of Hanweb and TrueCMS."""
    records = "".join(
        f'<record><![CDATA[<li><a href="{href}">{title(first + number)}</a></li>]]></record>'
        for number, href in enumerate(hrefs)
    )
    group = f'<nextgroup><![CDATA[<a href="{next_group}"></a>]]></nextgroup>' if next_group else ""
    count = f"<totalrecord>{total}</totalrecord><totalpage>9</totalpage>"
    return f"<datastore>{group}{count}<recordset>{records}</recordset></datastore>"


def hanweb_jpage(n: int = 64, *, ignores_startrecord: bool = False) -> FamilySite:
    """大汉 jpage: first group in the page, the rest by POST to dataproxy.jsp; some servers honour only ``page``."""
    articles = tuple(f"/art/2024/1/{number % 28 + 1}/art_1229_{number}.html" for number in range(n))
    column, group = "/col/col1229/index.html", 15

    def proxy(asked: Asked) -> Answer:
        query = asked.query
        if "page" in query:
            start = group * (int(query["page"]) - 1)
            following = f"/module/web/jpage/dataproxy.jsp?page={int(query['page']) + 1}&appid=1&columnid=1229"
            return Answer(
                datastore(articles[start : start + group], start, n, following), headers={"Content-Type": "text/xml"}
            )
        if parse_qs(asked.body.decode()).get("columnid") != ["1229"]:
            return NOT_FOUND
        start = 0 if ignores_startrecord else int(query["startrecord"]) - 1
        end = group if ignores_startrecord else int(query["endrecord"])
        return Answer(datastore(articles[start:end], start, n), headers={"Content-Type": "text/xml"})

    following = "./dataproxy.jsp?page=2&appid=1&columnid=1229"
    script = (
        f"<script type='text/xml'>{datastore(articles[:group], 0, n, following)}</script><script>$('#a').jpage({{perPage:15,"
        "proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:{col:1,appid:1,webid:16,path:'/',columnid:1229,"
        "sourceContentType:1,unitid:'5678',webname:'测试',permissiontype:0}});</script>"
    )
    return FamilySite(
        from_pages({column: page(script), "/module/web/jpage/dataproxy.jsp": proxy}, reports_at="/art/"),
        column,
        articles,
    )


def hanweb_annual() -> FamilySite:
    """A page that names two agencies of ``xxgkAnnualReport.jsp``; each has reports for some years only."""
    endpoint, areas = "/module/xxgk/xxgkAnnualReport.jsp", ("113325000026455663", "001008003014021")
    column = "/col/col88/index.html"
    shell = page("".join(f"<li><a href='{endpoint}?fbtime=2020&amp;area={area}'>机构</a></li>" for area in areas))

    def annual(asked: Asked) -> Answer:
        from tests.web.pages import report

        year = int(asked.query["fbtime"])
        if asked.query["area"] in areas and 2018 <= year <= 2024:
            return Answer(report(f"机构{asked.query['area'][:4]}", year))
        return Answer(
            "<html><body><div>您所在的位置：首页 &gt; 年度报告</div><p>暂无年度报告，请选择其他年份查看相关内容</p></body></html>"
        )

    articles = tuple(f"{endpoint}?fbtime={year}&area={area}" for area in areas for year in range(2018, 2025))
    return FamilySite(from_pages({column: shell, endpoint: annual}, reports_at="/none/"), column, articles)


def hanweb_search(n: int = 37) -> FamilySite:
    """大汉 信息公开 module: a catalogue tree, and ``search.jsp`` that answers a POST with all an agency has published."""
    articles = tuple(f"/art/2024/1/{number % 28 + 1}/art_1229088_{number}.html" for number in range(n))
    column, search, area = "/col/col1229088/index.html", "/module/xxgk/search.jsp", "001008003014021"
    shell = page(f"<iframe src='/module/xxgk/tree.jsp?area={area}&amp;infotypeId=B001'></iframe>")

    def answer(asked: Asked) -> Answer:
        form = {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}
        if asked.method != "POST" or form.get("area") != area or asked.query.get("infotypeId") != "B001":
            return NOT_FOUND
        start = 15 * (int(asked.query["currpage"]) - 1)
        news = "" if start >= n else f"<li><a href='/art/2024/3/3/art_77_{start}.html'>关于开展培训工作的通知</a></li>"
        return Answer(f"<table>{items(articles[start : start + 15], start)}{news}</table>")

    return FamilySite(from_pages({column: shell, search: answer}, reports_at="/art/"), column, articles)


def jpaas(n: int = 33, *, only_page_no: bool = False) -> FamilySite:
    """大汉 jpaas: a shell with ``queryData``; the list is JSON around HTML, paged by ``paramJson``, on some sites by
    ``pageNo`` alone."""
    articles = tuple(f"/zfxxgk/zfxxgknb/art/2024/art_{number:032x}.html" for number in range(n))
    column, unit = "/zfxxgk/zfxxgknb/index.html", "/api-gateway/jpaas-publish-server/front/page/build/unit"
    shell = page(
        f"<script type='text/javascript' src='/jpaas-publish-server/unitbuild.js' url=\"{unit}\" queryData=\"{{'webId':'w1',"
        "'tplSetId':'t9','pageType':'column','tagId':'当前栏目list','editType':'null','pageId':'p77','parseType':'bulidstatic'}\"></script>"
    )

    def build(asked: Asked) -> Answer:
        if asked.query.get("pageId") != "p77" or asked.query.get("parseType") != "bulidstatic":
            return NOT_FOUND
        number = int(asked.query["pageNo"]) if only_page_no else json.loads(asked.query["paramJson"])["pageNo"]
        hrefs = articles[(number - 1) * 15 : number * 15]
        body = {"success": True, "data": {"html": f"<ul>{items(hrefs, (number - 1) * 15)}</ul>" if hrefs else ""}}
        return Answer(json.dumps(body), headers={"Content-Type": "application/json"})

    return FamilySite(from_pages({column: shell, unit: build}, reports_at="/zfxxgk/zfxxgknb/art/"), column, articles)


def truecms(n: int = 62, *, widest: int = 20) -> FamilySite:
    """TrueCMS: Referer required, JSONP around XML, and a window wider than ``widest`` is answered 404.

    ``widest=0``: the endpoint is switched off (连云港); only what stands in the page can be reached.
    """
    uuid = "f2f82546-febb-4cd2-820e-73b9fb1dad45"
    articles = tuple(f"/rgsrmzf/nb/content/{number:08x}-0000-4000-8000-000000000000.html" for number in range(n))
    column, endpoint = "/rgsrmzf/nb/", "/TrueCMS/messageController/getMessage.do"
    shell = page(
        f"<input type='hidden' id='initData'><script>var columnId = '{uuid}'; var u='{endpoint}';</script>"
        f"<script type='text/xml'>{datastore(articles[:30], 0, n)}</script>"
    )

    def message(asked: Asked) -> Answer:
        query = asked.query
        start, end = int(query["startrecord"]) - 1, int(query["endrecord"])
        if not asked.headers.get("referer", "").endswith(column) or query["columnId"] != uuid or end - start > widest:
            return NOT_FOUND
        body = json.dumps({"result": datastore(articles[start:end], start, n)})
        return Answer(f"{query['callback']}({body})", headers={"Content-Type": "application/javascript"})

    return FamilySite(
        from_pages({column: shell, endpoint: message}, reports_at="/rgsrmzf/nb/content/"),
        column,
        articles if widest else articles[:30],
    )


def gkmlpt(n: int = 104, *, index: bool = False) -> FamilySite:
    """广东 gkmlpt: JSON of a hundred articles a page; one address comes back under a second id.

    ``index``: the category stands only in the fragment of the address.
    """
    articles = tuple(f"/gkmlpt/content/4/{number // 100}/post_{4437000 + number}.html" for number in range(n))
    column, api = "/gkmlpt/annualreport", "/gkmlpt/api/all/2106"
    category = "" if index else ", ANNUALREPORT_ID: 2106"
    shell = page(
        f"<div id='app'></div><script src='/gkmlpt/app.js'></script><script>window._CONFIG = {{SID: '755001'{category}}}</script>"
    )
    column = "/gkmlpt/index" if index else column

    def listing(asked: Asked) -> Answer:
        number = int(asked.query["page"])
        if asked.query.get("sid") != "755001":
            return NOT_FOUND
        chosen = list(enumerate(articles))[(number - 1) * 100 : number * 100]
        found = [{"id": i, "title": title(i), "url": url, "publisher": "测试局"} for i, url in chosen]
        found += [{"id": 9_000_000 + number, "title": title(0), "url": articles[0]}]
        return Answer(json.dumps({"total": n, "articles": found}), headers={"Content-Type": "application/json"})

    handle = from_pages({column: shell, api: listing}, reports_at="/gkmlpt/content/")
    return FamilySite(handle, f"{column}#2106" if index else column, articles)


def vsb(n_pages: int = 4, *, pager_links: bool = False) -> FamilySite:
    """博达: static files that count down, ``ndbg.htm`` → ``ndbg/3.htm`` → … → ``ndbg/1.htm``."""
    pages, articles = {}, []
    for number in range(n_pages):
        hrefs = [f"/info/1045/{number}{item:03d}.htm" for item in range(5)]
        articles += hrefs
        own = "/zfxxgk/ndbg.htm" if number == 0 else f"/zfxxgk/ndbg/{n_pages - number}.htm"
        here = "ndbg/" if number == 0 else ""
        following = (
            f"<a href='{here}{n_pages - number - 1}.htm'>下页</a>" if pager_links and number + 1 < n_pages else ""
        )
        pager = f"<script>_simple_list_gotopage_fun({n_pages},'u13_goto',2)</script><!--Announced by Visual SiteBuilder 9-->"
        pages[own] = page(
            items([f"../info{href[5:]}" if number == 0 else href for href in hrefs], number * 5) + following + pager
        )
    return FamilySite(from_pages(pages, reports_at="/info/"), "/zfxxgk/ndbg.htm", tuple(articles))


def epoint(n: int = 45, *, first_index: int = 0, wants_params: bool = False) -> FamilySite:
    """新点: the guid in a script of its own, the list by POST of JSON; counting from 0 or 1, body plain or in ``params``."""
    articles = tuple(f"/govxxgk/GX01/2024-01-20/{number:08x}-aaaa-bbbb-cccc-000000000000.html" for number in range(n))
    column = "/zwgk/govInfoPub.html?categorynum=004005&deptcode=GX01"
    shell = page(
        "<div id='list'></div><script src='/EWB-FRONT/app.js'></script><script src='/js/webBuilderCommon.js'></script>"
    )
    script = Answer("var siteInfo={'siteGuid':'7eb5f7f1-9041'};", headers={"Content-Type": "application/javascript"})

    def records(asked: Asked) -> Answer:
        body = json.loads(asked.body)
        body = body.get("params", {}) if wants_params else body
        if asked.method != "POST" or body.get("siteGuid") != "7eb5f7f1-9041" or body.get("categorynum") != "004005":
            return Answer(json.dumps({"custom": {"data": []}}), headers={"Content-Type": "application/json"})
        start = max(body["pageIndex"] - first_index, 0) * 20
        found = [{"infourl": url, "realtitle": title(start + i)} for i, url in enumerate(articles[start : start + 20])]
        if body["pageIndex"] < first_index:
            found = []
        return Answer(json.dumps({"custom": {"data": found, "count": n}}), headers={"Content-Type": "application/json"})

    pages: dict[str, str | Answer | Callable[[Asked], Answer]] = {
        "/zwgk/govInfoPub.html": shell, "/js/webBuilderCommon.js": script,
        "/EWB-FRONT/rest/lightfrontaction/getgovinfolist": records,
    }  # fmt: skip
    return FamilySite(from_pages(pages, reports_at="/govxxgk/"), column, articles)


def anhui(n: int = 47, *, label_service: bool = True) -> FamilySite:
    """安徽: ``/public/column/<organ>``, the list by Ajax from a label service with ``pageIndex``, or (蓬安, 海北)
    from the page itself."""
    articles = tuple(f"/public/21981/{23672000 + number}.html" for number in range(n))
    column = "/public/column/21981?type=4&action=list&nav=3&sub=&catId=6716451"
    label = (
        "/site/label/8888?labelName=publicInfoList&amp;siteId=6795621&amp;organId=21981&amp;pageSize=20&amp;pageIndex=1"
    )

    def listing(asked: Asked) -> Answer:
        number = int(asked.query["pageIndex"])
        hrefs = articles[(number - 1) * 20 : number * 20]
        rows = "".join(
            f"<li><a class='title' href='{href}'>{title((number - 1) * 20 + i)}</a></li>"
            for i, href in enumerate(hrefs)
        )
        return Answer(f"<div class='gk_list'><ul>{rows}</ul></div>" if hrefs else "<div class='gk_list'></div>")

    if not label_service:
        whole = from_pages(
            {"/public/column/21981": lambda asked: listing(replace(asked, target=f"{asked.target}&pageIndex=1"))
             if "pageIndex" not in asked.query else listing(asked)},
            reports_at="/public/2",
        )  # fmt: skip
        return FamilySite(whole, column, articles)
    shell = page(f"<div class='gk_box'></div><script>$.load('{label}')</script>")
    return FamilySite(
        from_pages({"/public/column/21981": shell, "/site/label/8888": listing}, reports_at="/public/2"),
        column,
        articles,
    )


def static(n_pages: int = 3, *, template: str = "index_{q}.html", first: str = "") -> FamilySite:
    """Plain files without a pager; ``first`` is the name of page one, ``template`` as in the fallback order."""
    folder, pages, articles = "/xxgk/ndbg/", {}, []
    for number in range(1, n_pages + 1):
        hrefs = [f"{folder}2024/{number}{item}.html" for item in range(4)]
        articles += hrefs
        name = first if number == 1 else template.format(p=number, q=number - 1)
        pages[folder + name] = page(items(hrefs, number * 4))
    return FamilySite(from_pages(pages, reports_at=f"{folder}2024/"), folder + first, tuple(articles))


def ucap(n_pages: int = 3) -> FamilySite:
    """开普 UCAP, 湖南: ``list.shtml``, ``list_2.shtml`` without a pager; articles are 32 hex digits under the month."""
    folder, pages, articles = "/xxgk/c116291/", {}, []
    for number in range(1, n_pages + 1):
        hrefs = [f"{folder}20240{number}/{number * 10 + item:032x}.shtml" for item in range(4)]
        articles += hrefs
        body = f"<div id='UCAP-CONTENT'>{items(hrefs, number * 4)}</div>"
        pages[f"{folder}list.shtml" if number == 1 else f"{folder}list_{number}.shtml"] = page(body)
    return FamilySite(from_pages(pages, reports_at=f"{folder}2024"), f"{folder}list.shtml", tuple(articles))


def nfcms(n_pages: int = 3) -> FamilySite:
    """NFCMS (广东): ``index_N.html``, articles ``content/post_*`` that also have a mobile address ``mpost_*``."""
    folder, pages, articles = "/zwgk/xxgknb/", {}, []
    for number in range(1, n_pages + 1):
        hrefs = [f"{folder}content/post_{4127000 + number * 10 + item}.html" for item in range(4)]
        articles += hrefs
        mobile = [hrefs[0].replace("post_", "mpost_")]
        body = items(hrefs, number * 4) + items(mobile, number * 4) + "<script>var NFCMS_POST_ID = 0</script>"
        pages[folder if number == 1 else f"{folder}index_{number}.html"] = page(body)
    return FamilySite(from_pages(pages, reports_at=f"{folder}content/"), folder, tuple(articles))


def chengdu(n_pages: int = 3) -> FamilySite:
    """成都 gkml: the pages count in their names from one, and a row is clicked, not linked."""
    folder, pages, articles = "/gkml/szf/nb/", {}, []
    for number in range(1, n_pages + 1):
        hrefs = [f"{folder}content-{number}{item}.shtml" for item in range(4)]
        articles += hrefs
        rows = "".join(
            f"<tr onclick=\"window.open('{href}')\"><td>{number}</td><td>{title(number * 4 + item)}</td></tr>"
            for item, href in enumerate(hrefs)
        )
        pages[f"{folder}column-index-{number}.shtml"] = page(f"<table>{rows}</table>")
    return FamilySite(
        from_pages(pages, reports_at=f"{folder}content"), f"{folder}column-index-1.shtml", tuple(articles)
    )


def static_pager(n_pages: int = 3) -> FamilySite:
    """Plain files with a 下一页 link whose name no template would guess (成都: ``column-index-k.shtml``)."""
    folder, pages, articles = "/gkml/szf/nb/", {}, []
    for number in range(1, n_pages + 1):
        hrefs = [f"{folder}content-{number}{item}.html" for item in range(4)]
        articles += hrefs
        following = f"<a href='column-index-{number + 1}.shtml'>下一页</a>" if number < n_pages else ""
        pages[f"{folder}column-index-{number}.shtml"] = page(items(hrefs, number * 4) + following)
    return FamilySite(
        from_pages(pages, reports_at=f"{folder}content"), f"{folder}column-index-1.shtml", tuple(articles)
    )


def framed() -> FamilySite:
    """A shell whose list stands in an iframe of the same host, beside a visit counter in another."""
    folder = "/czqx/nb/"
    hrefs = [f"{folder}2024/{item}.html" for item in range(4)]
    pages = {
        folder: page("<iframe src='/visitcount/count.html'></iframe><iframe src='/czqx/list_nb.html'></iframe>"),
        "/czqx/list_nb.html": page(items(hrefs)),
    }
    return FamilySite(from_pages(pages, reports_at=f"{folder}2024/"), folder, tuple(hrefs))
