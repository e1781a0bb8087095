"""Lists that scripts fetch, as their column pages print them: parameters in script objects, several units, scripts apart.

As in ``printed_lists``, a site answers nothing that it has not printed, and look-alikes stand between the reports.
"""

# ruff: noqa: E501 - page sources stand as sites print them
import json
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs

from tests.web.families import FamilySite, datastore
from tests.web.pages import items, page, title
from tests.web.printed_lists import Pages, on_host, rows, script, served
from tests.web.server import NOT_FOUND, Answer, Asked


def _articles(n: int, form: str) -> tuple[str, ...]:
    return tuple(form.format(n=number, day=number % 28 + 1) for number in range(n))


def data_json(value: object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), headers={"Content-Type": "application/json;charset=UTF-8"})


def jpage(
    n: int = 200,
    *,
    only_page: bool = False,
    embedded: bool = False,
    form: str = "post",
    units: int = 1,
    old: bool = False,
    printed: str = "options",
) -> FamilySite:
    """Hanweb jpage with its options in a script; ``only_page``: the server honours only ``page`` and ``perpage``."""
    articles = _articles(n, "/art/2024/1/{day}/art_1229_{n}.html")
    proxy = "/module/jslib/jquery/jpage/dataproxy.jsp" if old else "/module/web/jpage/dataproxy.jsp"

    def window(hrefs: Sequence[str], start: int, total: int) -> Answer:
        if old:
            records = [
                f"<table><a href=\"{href}\" title='{title(start + i)}'>{title(start + i)}</a></table>"
                for i, href in enumerate(hrefs)
            ]
            return Answer(
                f"{{totalRecord:{total},totalPage:9,dataStore:{records!r}}}", headers={"Content-Type": "text/html"}
            )
        return Answer(datastore(hrefs, start, total), headers={"Content-Type": "text/xml"})

    def answer(asked: Asked) -> Answer:
        said = {**asked.query, **{key: values[0] for key, values in parse_qs(asked.body.decode()).items()}}
        if (asked.method == "POST") is not (form == "post") and form != "any":
            return NOT_FOUND
        if said.get("columnid") == "77":
            news = [f"/art/2024/2/2/art_77_{number}.html" for number in range(4)]
            return Answer(datastore(news, 0, 4).replace("政府信息公开工作年度报告", "工作会议召开"))
        if said.get("columnid") != "1229" or said.get("webid") != "16" or int(said["perpage"]) > 300:
            return NOT_FOUND
        size = int(said["perpage"])
        start = size * (int(said.get("page", 1)) - 1) if only_page else int(said["startrecord"]) - 1
        end = start + size if only_page else min(int(said["endrecord"]), start + size)
        return window(articles[start:end], start, n)

    def unit(column: int, number: int) -> str:
        store = (
            f"<script type='text/xml'>{datastore(articles[:15], 0, n)}</script>" if embedded and column == 1229 else ""
        )
        said = f"col=1&appid=1&webid=16&path=/&columnid={column}&unitid={number}"
        ways = {
            "variable": f"var param = {{\n col:1, webid:'16', path:'/', columnid:{column}, unitid:'{number}' }};\n"
            f"$('#{number}').jpage({{ perPage:15, ajaxParam: param, proxyUrl:'{proxy}' }});",
            "variables": f"var proxyUrl = '{proxy}'; var ajaxParam = \"{said}\"; fill(proxyUrl, ajaxParam);",
        }
        return f"<div id='{number}'>{store}</div>" + script(
            ways.get(printed)
            or f"""$('#{number}').jpage({{ perPage : 15, totalRecord:{n}, ajaxParam:{{ "col":1, appid : "1",webid:'16',path:'/',
            columnid:{column},sourceContentType:1,unitid:'{number}',webname:'测试县',permissiontype:0 }},
            proxyUrl : "{proxy}" , openCookies:false }});"""
        )

    body = "".join(unit(77, 40 + number) for number in range(units - 1)) + unit(1229, 5678)
    pages: Pages = {"/col/col1229/index.html": page(body), f"{proxy}?*": answer}
    return FamilySite(served(pages, articles), "/col/col1229/index.html", articles)


def xxgk_search(n: int = 40, *, printed: str = "object") -> FamilySite:
    """杭州, 浙江税务: ``search.jsp`` with an empty ``area``; its arguments in an object, a quoted form or variables."""
    articles = _articles(n, "/art/2024/1/{day}/art_1229088_{n}.html")
    values = {
        "infotypeId": "A0212",
        "jdid": "3096",
        "area": "",
        "divid": "div1229498488",
        "sortfield": ",createdatetime:0,orderid:0",
    }
    ways = {
        "object": f"$.ajax({{type:'post', url:'/module/xxgk/search.jsp?standardXxgk=0&texttype=1&fbtime=-1', data:{json.dumps(values)}}});",
        "form": "$('#x').load('/module/xxgk/search.jsp', '" + "&".join(f"{k}={v}" for k, v in values.items()) + "');",
        "variables": "".join(f"var {k}='{v}';" for k, v in values.items()) + "post('/module/xxgk/search.jsp');",
    }

    def answer(asked: Asked) -> Answer:
        form = {key: found[0] for key, found in parse_qs(asked.body.decode(), keep_blank_values=True).items()}
        if asked.method != "POST" or any(form.get(key) != value for key, value in values.items()):
            return Answer("<table></table>")
        start = 15 * (int(form["currpage"]) - 1)
        body = rows(articles[start : start + 15], start) if start < n else ""
        return Answer(f"<table>{body}</table><div>&nbsp;&nbsp;共{-(-n // 15)}页&nbsp;第{form['currpage']}页</div>")

    pages: Pages = {"/col/col1229088/index.html": page(script(ways[printed])), "/module/xxgk/search.jsp?*": answer}
    return FamilySite(served(pages, articles), "/col/col1229088/index.html", articles)


def jpaas(
    n: int = 40,
    *,
    tag: str = "栏目列表",
    counted: bool = True,
    cookie: bool = False,
    quote: str = '"',
    column: str = "/col/col1229/index.html",
) -> FamilySite:
    """jpaas with four units: navigation, list, 移动端列表1, footer; ``cookie``: the data wants the cookie of the column page."""
    articles = _articles(n, "/art/2024/art_{n:032x}.html")
    endpoint = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def unit(name: str, number: int) -> str:
        data = (f"{{'parseType':'bulidstatic','webId':'166','tplSetId':'3pxbL{number}','pageType':'column','tagId':'{name}',"
                "'editType':'null','pageId':'17923'}")  # fmt: skip
        if quote == "'":
            data = data.replace("'", '"')
        return (f"<script  queryData={quote}{data}{quote} parseType='bulidstatic' src='/script/0/AuthorizedRead/unitbuild.js' "
                f"url={quote}{endpoint}{quote}></script>")  # fmt: skip

    def answer(asked: Asked) -> Answer:
        asks = asked.query
        if cookie and "column=seen" not in asked.headers.get("cookie", ""):
            return data_json({"success": True, "data": {"html": "", "count": 0}})
        if asks.get("parseType") != "bulidstatic" or asks.get("pageId") != "17923":
            return data_json({"success": False, "data": None})
        number = json.loads(asks.get("paramJson", '{"pageNo":1}'))["pageNo"]
        if asks["tagId"] != tag:
            return data_json({"success": True, "data": {"html": "<ul><li><a href='/zwgk/'>政务公开</a></li></ul>"}})
        hrefs = articles[(number - 1) * 15 : number * 15]
        data: dict[str, object] = {"html": f"<ul>{rows(hrefs, (number - 1) * 15)}</ul>" if hrefs else ""}
        if counted:
            data |= {"count": n, "rows": 15, "pageno": number}
        return data_json({"success": True, "code": "200", "data": data})

    shell = page(unit("导航", 1) + unit(tag, 2) + unit("页脚", 3))
    pages: Pages = {
        column: Answer(shell, headers={"Set-Cookie": "column=seen; Path=/"}) if cookie else shell, f"{endpoint}?*": answer,
    }  # fmt: skip
    return FamilySite(served(pages, articles), column, articles)


def truecms(n: int = 62, *, widest: int = 20, inner: bool = False, initial: int = 30) -> FamilySite:
    """TrueCMS as its own template prints it: ``#initData`` holds rows, a script builds ``<datastore>`` in a string."""
    uuid, column = "f2f82546-febb-4cd2-820e-73b9fb1dad45", "/rgsrmzf/nb/nb.html"
    articles = _articles(n, "/rgsrmzf/nb/content/{n:08x}-0000-4000-8000-000000000000.html")
    printed = "".join(f"<ul>{items([href], number)}</ul>" for number, href in enumerate(articles[:initial]))
    host = "http://210.29.65.177:8001" if inner else ""
    shell = page(
        f"<div id='initData' style='display:none'>{printed}</div><div id='msgList'></div>"
        + script(
            f"""(function ($){{
    var initData = '<datastore><totalrecord>{n}</totalrecord><recordset>';
    $('#initData ul').each(function(){{
        initData += '<record><![CDATA[' + $(this).html().replace(/(\\n)+|(\\r\\n)+/g, '') + ']]></record>';
    }});
    initData += '</recordset></datastore>';
    $('#msgList').jpage({{ cache:false, dataStore:initData, totalRecord:"{n}", dataBefore:'<ul>', dataAfter:'</ul>',
        contentTemplate:'<datastore><totalrecord>9</totalrecord><recordset><record><![CDATA[<li><a href="" title=""></a></li>]]></record></recordset></datastore>',
        proxyUrl:'{host}/TrueCMS/messageController/getMessage.do', perPage:20, groupSize:3, ajaxParam:{{ columnId:'{uuid}' }}
    }});
}})(jQuery);"""
        )
    )

    def message(asked: Asked) -> Answer:
        query = asked.query
        start, end = int(query["startrecord"]) - 1, int(query["endrecord"])
        if not asked.headers.get("referer", "").endswith(column) or query["columnId"] != uuid:
            return NOT_FOUND
        hrefs = articles[start:end] if end - start <= widest else []
        body = json.dumps({"result": datastore(hrefs, start, n) if hrefs else ""})
        return Answer(f"{query['callback']}({body});", headers={"Content-Type": "application/javascript"})

    pages: Pages = {column: shell, "/TrueCMS/messageController/getMessage.do?*": message}
    return FamilySite(served(pages, articles), column, articles)


def gkmlpt(
    n: int = 204, *, total: str = "total", fragment: str = "", quoted: bool = False, prefix: str = ""
) -> FamilySite:
    """gkmlpt ``annualreport``: the category is a node of ``window._CONFIG.TREE``; ``total`` may be missing."""
    articles = _articles(n, prefix + "/gkmlpt/content/4/{n}/post_{n}.html")
    tree = [
        {"id": 2001, "name": "机构职能", "children": [{"id": 2002, "name": "年度报表"}]},
        {"id": 2099, "name": "法治政府建设年度报告", "children": []},
        {"pid": 0, "name": "政府信息公开年报", "url": "", "id": 2106, "children": []},
    ]
    text = json.dumps(tree, ensure_ascii=False)
    if quoted:
        text = "JSON.parse('" + text + "')"
    shell = page(
        "<div id='app'></div><script src='/gkmlpt/app.js'></script>"
        + script(f"window._CONFIG = {{ HOME: '/', SID: '755001', TREE: {text}, NAME:'测试县' }};")
    )

    def answer(asked: Asked) -> Answer:
        if asked.query.get("sid") != "755001":
            return NOT_FOUND
        start = (int(asked.query["page"]) - 1) * 100
        found: list[dict[str, object]] = [
            {"id": number, "title": title(number), "url": url, "publisher": "测试局"}
            for number, url in list(enumerate(articles))[start : start + 100]
        ]
        if found:
            found.append({"id": 9_000_000 + start, "title": title(0), "url": articles[0]})
        data: dict[str, object] = {"articles": found}
        data |= {"total": n} if total == "total" else {"classify": {"post_count": n}} if total == "classify" else {}
        return data_json(data)

    column = f"{prefix}/gkmlpt/annualreport"
    pages: Pages = {column: shell, f"{prefix}/gkmlpt/api/all/2106?*": answer}
    return FamilySite(served(pages, articles), column + fragment, articles)


def epoint(
    n: int = 45, *, first: int = 0, wants_params: bool = False, project: str = "EWB_YK_Mid", named_in: str = "/js/ajaxReq.js",
    counted: bool = True,
) -> FamilySite:  # fmt: skip
    """新点 as 营口, 抚顺 and shcn have it: the project is not EWB-FRONT, the guid stands in some script of the host."""
    articles = _articles(n, "/govxxgk/GX01/2024-01-20/{n:08x}-aaaa-bbbb-cccc-000000000000.html")
    guid, endpoint = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a", f"/{project}/rest/lightfrontaction/getgovinfolist"
    info = f"""var siteInfo = {{ "projectName" : "/{project}" ,\n 'siteGuid': "{guid}" }};"""
    scripts = ["/js/jquery.min.js", "/js/page.js", "/js/config.js", "/js/ajaxReq.js"]
    code = "Util.ajax({url: siteInfo.projectName + '/rest/lightfrontaction/getgovinfolist', data: {categorynum: num}});"
    shell = page("<div id='list'></div>" + "".join(f"<script src='{path}'></script>" for path in scripts)
                 + script(code + (info if named_in == "page" else "")))  # fmt: skip

    def answer(asked: Asked) -> Answer:
        body = json.loads(asked.body)
        body = body.get("params", {}) if wants_params else body
        if body.get("siteGuid") != guid or body.get("categorynum") != "004005":
            return data_json({"custom": {"data": []}})
        start = (int(body["pageIndex"]) - first) * 20
        chosen = list(enumerate(articles))[start : start + 20] if start >= 0 else []
        found = [{"infourl": url, "realtitle": title(number)} for number, url in chosen]
        return data_json({"custom": {"data": found} | ({"total": n} if counted else {}), "status": {"code": 200}})

    pages: dict[str, str | Answer | Callable[[Asked], Answer]] = {
        path: Answer(info if path == named_in else "function x(){}", headers={"Content-Type": "application/javascript"})
        for path in scripts
    }
    pages |= {"/dynamic/zw/openlist.html?categorynum=004005&deptcode=GX01": shell, endpoint: answer}
    return FamilySite(served(pages, articles), "/dynamic/zw/openlist.html?categorynum=004005&deptcode=GX01", articles)


_TOLD_APART: dict[str, Callable[[str, dict[str, str], str], str]] = {
    "attributes": lambda service, said, _: f"</script><div data-url='{service}' " + " ".join(f"data-{key.lower()}='{value}'" for key, value in said.items()) + "></div><script>",
    "members": lambda service, said, _: "var o = {};" + "".join(f"o.{key} = '{value}';" for key, value in said.items()) + f"$.get('{service}', o, show);",
    "appended": lambda service, said, _: "var f = new FormData();" + "".join(f"f.append('{key}', '{value}');" for key, value in said.items()) + f"send('{service}', f);",
    "joined": lambda _, said, address: "var organ = '21981'; $.get('" + address.replace("organId=21981", "organId='+organ+'").replace("pageIndex=1", "pageIndex='+i") + ");",
}  # fmt: skip
"""Parameters that are not in one literal."""


def lonsun_public(
    n: int = 47, *, printed: str = "object", context: str = "", first_in_page: bool = False, type_: str = "4"
) -> FamilySite:
    """龙讯 ``/public/column``: label parameters as pairs of a script object with the address apart, or as one address."""
    articles = _articles(n, context + "/public/21981/{n}.html")
    column = f"{context}/public/column/21981?type={type_}&action=list&nav=3&sub=&catId=6716451"
    service = f"{context}/site/label/8888"
    fixed = {"IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "siteId": "6795621", "pageSize": "20", "action": "list",
             "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "50", "organId": "21981", "type": type_, "catId": "6716451",
             "cId": "", "result": "暂无相关信息", "file": "/c1/hs/publicInfoList_newest"}  # fmt: skip
    pairs = ", ".join(
        f"{key if number % 2 else repr(key)} : '{value}'" for number, (key, value) in enumerate(fixed.items())
    )
    address = (
        service + "?" + "&".join(f"{key}={value}" for key, value in fixed.items() if key != "result") + "&pageIndex=1"
    )
    meta = ""
    match printed:
        case "object":
            text = (f"var url = '{service}'; var param = {{ {pairs}, pageIndex: pageIndex }};"
                    "function load(pageIndex){ $.get(url, param, function(data){ $('#list').html(data); }); }")  # fmt: skip
        case "context":
            text = f"var ctx = '{context}'; $.ajax({{ url: ctx + \"/site/label/8888\", data: {{ {pairs}, pageIndex: i }} }});"
        case "meta":
            meta = "<meta name='SiteId' content='6795621'>"
            few = ", ".join(f"{key}: '{fixed[key]}'" for key in ("labelName", "file", "pageSize"))
            text = f"$('#x').load('{service}', {{ {few}, siteId: siteId, organId: organId }});"
        case "literal":
            named = address.replace("organId=21981", "organId=${organId}").replace("pageIndex=1", "pageIndex=${i}")
            text = f"var organId = '21981'; function load(i){{ $.get(`{named}`, show); }}"
        case _ if printed in _TOLD_APART:
            text = _TOLD_APART[printed](service, fixed, address)
        case _:
            text = f"$('#x').load(\"{address.replace('&', '&amp;') if printed == 'escaped' else address}\");"

    def label(asked: Asked) -> Answer:
        said = asked.query
        wanted = ("labelName", "siteId", "organId", "type", "catId", "file")
        if any(said.get(key) != fixed[key] for key in wanted):
            return Answer("<div class='gk_list'>暂无相关信息</div>")
        start, size = (int(said["pageIndex"]) - 1) * int(said["pageSize"]), int(said["pageSize"])
        body = rows(articles[start : start + size], start) if start < n else "<p>暂无相关信息</p>"
        return Answer(
            f"<ul class='clearfix xxgk_nav_list'>{body}</ul><script>Ls.pagination('#p', function(i){{ query(i); }},"
            f"{{currPage:{said['pageIndex']}, pageCount:{-(-n // size)}}});</script>"
        )

    head = f"<ul>{rows(articles[:20], 0)}</ul>" if first_in_page else ""
    pages: Pages = {column: page(head + script(text), meta), f"{service}?*": label}
    return FamilySite(served(pages, articles), column, articles)


def ucap_search(
    n: int = 45,
    *,
    path: str = "/common/search/",
    channel_in: str = "variable",
    size: int = 20,
    double_slash: bool = False,
) -> FamilySite:
    """UCAP search: the channel as a variable, in the head, or asked for by the code in the address."""
    channel, column = "817052cbb3a94d0d8217824e7a3aca53", "/sthj/c111344/zfxxgk_nb.shtml"
    articles = _articles(n, "/sthj/c111344/202401/c00_{n}.shtml")
    texts = {
        "variable": f"var channelId = '{channel}';$.get('{path}' + channelId + '?_isAgg=true&_isJson=true&_pageSize=20&page='+p);",
        "meta": f"load('{path}', $('meta[name=channelid]').attr('content'), {{_isAgg: true}});",
        "address": f'var u = "{path}{channel}?_isAgg=true&_isJson=true";',
        "joined": f'var id = "{channel}";\nvar u = \'{path}\' + id + "?_isAgg=true&_isJson=true&page=";',
        "code": "$.getJSON('/common/getChannelList?channelCode=c111344&websiteCodeName=sthj', show);",
    }
    meta = f'<meta name="channelid" content="{channel}">' if channel_in == "meta" else ""

    def search(asked: Asked) -> Answer:
        said = asked.query
        if said.get("_isJson") != "true":
            return NOT_FOUND
        number = int(said["page"])
        chosen = list(enumerate(articles))[(number - 1) * size : number * size]
        found = [
            {"title": title(i), "url": f"//{asked.headers['host']}{url}" if double_slash else url, "publishedTimeStr": "2024-01-20 10:00:00",
             "manuscriptId": f"{i:x}", "contentHtml": "总体情况 主动公开政府信息 行政复议 存在的主要问题"} for i, url in chosen
        ]  # fmt: skip
        return data_json({"data": {"page": number, "rows": size, "total": n, "channelId": channel, "results": found}})

    def channels(asked: Asked) -> Answer:
        if asked.query != {"channelCode": "c111344", "websiteCodeName": "sthj"}:
            return NOT_FOUND
        children = [
            {"channelId": "0" * 32, "displayName": "规章"},
            {"channelId": channel, "displayName": "政府信息公开年报"},
        ]
        return data_json({"results": {"channelId": "f" * 32, "children": children}})

    pages: Pages = {
        column: page("<div id='list'></div>" + script(texts[channel_in]), meta), f"{path}{channel}?*": search,
        "/common/getChannelList?*": channels,
    }  # fmt: skip
    return FamilySite(served(pages, articles), column, articles)


def hunan(n: int = 45) -> FamilySite:
    """湖南: the service wants a POST; its address is put together by a script of the page."""
    articles, column = _articles(n, "/gxt/xxgk/nb/202401/t20240120_{n}.html"), "/gxt/xxgk/nb/list_tyxx.html"
    text = (
        "var channelId =  '80675';\n$.ajax({type:'POST', url: location.protocol + '//HOST/search/common/search/' + channelId,"
        "data:{datas:[{key:'status',value:1}], page: page}, dataType:'json'});"
    )

    def search(asked: Asked) -> Answer:
        form = {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}
        if asked.method != "POST" or form.get("datas[0][key]") != "status" or form.get("datas[0][value]") != "1":
            return data_json({"data": {"results": []}})
        number = int(form["page"])
        chosen = list(enumerate(articles))[(number - 1) * 20 : number * 20]
        found = [{"title": title(i), "url": f"http://{asked.headers['host']}{url}"} for i, url in chosen]
        return data_json({"data": {"page": number, "rows": 20, "total": n, "results": found}})

    pages: Pages = {
        column: page(script(text)),
        "/search/common/search/80675?*": search,
        "/search/common/search/80675": search,
    }
    return on_host(FamilySite(served(pages, articles), column, articles))


def query_list(n: int = 40, *, printed: str = "object", by: str = "channelCode[]", counted: bool = True) -> FamilySite:
    """江西: ``POST /queryList``; ``urls`` is JSON in a string."""
    column = "/jxsgyhxxht/gfxwj/index.html"
    articles = _articles(n, "/jxsgyhxxht/gfxwj/content/content_{n}.html")
    code = "gfxwj" if by == "channelCode[]" else "1996819971664617472"
    texts = {
        "object": f"$.post('/queryList', {{ current: p, pageSize:15, 'webSiteCode': ['jxsgyhxxht'], \"{by[:-2]}\": [\"{code}\"] }});",
        "brackets": f"$.post('/queryList', {{ 'webSiteCode[]' : 'jxsgyhxxht', '{by}':'{code}', pageSize: 15 }});",
        "path": "$.ajax({url:'/queryList', type:'post', data: params});",
    }

    def answer(asked: Asked) -> Answer:
        form = {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}
        if form.get("webSiteCode[]") != "jxsgyhxxht" or form.get(by) != code:
            return data_json({"data": {"results": []}})
        start = (int(form["current"]) - 1) * int(form["pageSize"])
        chosen = list(enumerate(articles))[start : start + int(form["pageSize"])]
        found = [
            {"source": {("title" if i % 2 else "showTitle"): title(i), "pubDate": "2024-01-20",
                        "urls": json.dumps({"pc": url, "mobile": "/m" + url})}} for i, url in chosen
        ]  # fmt: skip
        return data_json({"code": 200, "data": {"results": found} | ({"total": n} if counted else {})})

    pages: Pages = {column: page(script(texts[printed])), "/queryList": answer}
    return FamilySite(served(pages, articles), column, articles)


def hebei(n: int = 45, *, printed: str = "addresses") -> FamilySite:
    """河北: the list is a block of a template, HTML by ``page``."""
    column, template, block = (f"{c * 8}-6a8d-495e-9bf2-acffc68c31f6" for c in "89a")
    other = "b" * 8 + block[8:]
    articles = _articles(n, f"/columns/{column}/202401/20/{{n:08x}}-c896-430f-a81b-6cce6cfcafed.html")
    base = f"/columns/{column}/templates/{template}/blocks/"
    texts = {
        "addresses": f"load('{base}{other}?page=1&fix=0'); load(\"{base}{block}\", 1);",
        "joined": f"var columnId='{column}'; var templateId = '{template}';var blockId=\"{block}\";\n"
        "$.get('/columns/' + columnId + '/templates/' + templateId + '/blocks/' + blockId + '?page=' + page + '&fix=0');",
        "literal": f"const columnId='{column}', templateId='{template}', blockId='{block}';"
        "fetch(`/columns/${columnId}/templates/${templateId}/blocks/${blockId}?page=${p}&fix=0`)",
        "object": f"var cfg = {{ columnId:'{column}', templateId:'{template}', blockId:'{block}' }};"
        "$.get('/columns/'+cfg.columnId+'/templates/'+cfg.templateId+'/blocks/'+cfg.blockId, {page:1, fix:0});",
    }

    def answer(asked: Asked) -> Answer:
        if asked.query.get("fix") != "0":
            return NOT_FOUND
        start = (int(asked.query["page"]) - 1) * 15
        return Answer(f"<ul>{rows(articles[start : start + 15], start)}</ul>" if start < n else "<ul></ul>")

    nav = "<ul><li><a href='/zwgk/'>政务公开</a></li></ul>"
    pages: Pages = {
        f"/columns/{column}/index.html": page(script(texts[printed])), f"{base}{block}?*": answer, f"{base}{other}?*": nav,
    }  # fmt: skip
    return FamilySite(served(pages, articles), f"/columns/{column}/index.html", articles)
