"""Portals of different build, from a table: how the menu leads to the platform, how that leads to the column, how that lists.

Each portal has look-alikes beside the column, dead menus in comments, and a header that links to the government above it,
which has a platform and a column of its own on another host.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.web.pages import from_pages, report
from tests.web.server import Answer, Asked, Handle

Pages = dict[str, "str | Answer | Callable[[Asked], Answer]"]
COUNTIES = (
    ("江苏省", "南通市", "海门区"), ("安徽省", "滁州市", "定远县"), ("贵州省", "六盘水市", "水城区"),
    ("广东省", "湛江市", "徐闻县"),
    ("浙江省", "湖州市", "德清县"), ("山西省", "晋城市", "城区"), ("吉林省", "吉林市", "永吉县"), ("湖北省", "襄阳市", "枣阳市"),
)  # fmt: skip
LOOK_ALIKES = {
    "/fzzf/": ("法治政府建设年度报告", "法治政府建设情况的报告"),
    "/wzndbb/": ("政府网站工作年度报表", "政府网站工作年度报表"),
    "/tjnj/": ("统计年鉴", "统计年鉴"),
    "/qynb/": ("企业年报公示", "企业年报公示情况"),
    "/nbjd/": ("年报解读", "政府信息公开工作年度报告解读"),
    "/xxnb/": ("学校信息公开年报", "第一中学信息公开年度报告"),
    "/yjs/": ("预决算公开", "部门决算"),
    "/gzbg/": ("政府工作报告", "政府工作报告"),
}


@dataclass(frozen=True)
class Build:
    """How one portal is built. ``menu`` leads to ``platform``, that to ``column``."""

    menu: str
    platform: str
    column: str
    moved: bool = False
    bare_titles: bool = False
    """Report titles name no organ: only the site says whose they are."""

    @property
    def name(self) -> str:
        return "-".join(
            [
                self.menu,
                self.platform,
                self.column,
                *(["moved"] if self.moved else []),
                *(["bare"] if self.bare_titles else []),
            ]
        )


BUILDS = (
    *(Build(*build) for build in [
        ("plain", "standard", "bare_years"), ("zwgk", "of_governments", "list"),
        ("plain", "standard", "list"), ("plain", "standard", "years"), ("plain", "standard", "streets"),
        ("plain", "standard", "parts"), ("plain", "standard", "select"), ("plain", "standard", "tree"),
        ("plain", "standard", "tabs"), ("plain", "standard", "jpaas"), ("plain", "standard", "gkmlpt"),
        ("plain", "standard", "one_report"), ("plain", "standard", "framed"), ("plain", "broken", "list"),
        ("plain", "getmaindata", "list"), ("plain", "hidden", "list"), ("plain", "around_li", "list"),
        ("plain", "offhost", "list"), ("plain", "offhost", "parts"), ("plain", "none", "list"), ("plain", "none", "years"),
        ("plain", "directory", "list"), ("script", "standard", "list"), ("script", "broken", "parts"),
        ("objects", "standard", "list"), ("objects", "script", "list"), ("frames", "standard", "list"),
        ("frames", "script", "years"), ("image", "standard", "list"), ("image", "offhost", "list"),
        ("title", "standard", "list"), ("css", "standard", "list"), ("css", "broken", "tree"), ("javascript", "standard", "list"),
        ("onclick", "hidden", "list"), ("refresh", "standard", "list"), ("none", "standard", "list"),
        ("script_file", "standard", "list"), ("splash", "standard", "list"), ("plain", "gkmlpt", "gkmlpt"),
        ("zwgk", "standard", "list"), ("zwgk", "script", "select"),
    ]),
    Build("plain", "standard", "list", moved=True), Build("plain", "standard", "list", bare_titles=True),
    Build("script", "broken", "years", bare_titles=True),
)  # fmt: skip


@dataclass
class PortalSite:
    """Pages of a portal by host: 0 is the portal, 1 the platform's own host, 2 the new domain. ``columns`` are truth."""

    build: Build
    region: tuple[str, str, str]
    pages: tuple[Pages, Pages, Pages] = field(default_factory=lambda: ({}, {}, {}))
    columns: list[tuple[int, str]] = field(default_factory=list)


def build_portal(build: Build, number: int, urls: tuple[str, str, str], upper: str) -> PortalSite:
    """Lay out one portal. ``urls`` are the roots of its hosts, ``upper`` that of the government above."""
    site = PortalSite(build, COUNTIES[number % len(COUNTIES)])
    home = 2 if build.moved else 0
    host = 1 if build.platform == "offhost" else home
    if build.moved:
        site.pages[0]["/"] = Answer("", 302, {"Location": urls[2] + "/"})
    column = _column(site, host, urls)
    target = column if build.platform == "none" else _platform(site, host, column, urls)
    _menu(site, home, target, upper)
    for path, (label, title) in LOOK_ALIKES.items():
        rows = [(f"{path}{year}.html", f"{site.region[2]}{year}年{title}") for year in range(2019, 2025)]
        for at in {home, host}:
            site.pages[at][path] = _page(site, label, _items(rows))
    return site


def upper_site(region: tuple[str, str, str]) -> Handle:
    """The government above: a platform and a column whose titles name it."""
    rows = [(f"/nb/{year}.html", f"{region[1]}人民政府{year}年政府信息公开工作年度报告") for year in range(2018, 2025)]
    name = f"{region[1]}人民政府"
    platform = f"<title>政府信息公开-{name}</title><a href='/zfxxgknb/'>政府信息公开年报</a>"
    return from_pages(
        {"/": f"<title>{name}</title><a href='/zfxxgk/'>政府信息公开</a>", "/zfxxgk/": platform,
         "/zfxxgknb/": f"<title>政府信息公开年报-{name}</title><ul>{_items(rows)}</ul>"}, reports_at="/nb/",
    )  # fmt: skip


def handle_of(pages: Mapping[str, "str | Answer | Callable[[Asked], Answer]"], region: tuple[str, str, str]) -> Handle:
    """A site of these pages; what lies under ``/r/`` is a report."""
    return from_pages(pages, reports_at=f"/r/{region[2]}/")


def _page(site: PortalSite, name: str, body: str, head: str = "") -> str:
    owner = f"{site.region[2]}人民政府"
    look_alikes = "".join(f"<li><a href='{path}'>{label}</a></li>" for path, (label, _) in LOOK_ALIKES.items())
    dead = "<!-- <ul><li><a href='/old/zfxxgknb/'>政府信息公开年报</a></li></ul> -->"
    links = "<a href='/gkzn/'>政府信息公开指南</a><a href='/gkzd/'>政府信息公开制度</a><a href='/ysq/'>依申请公开</a>"
    return (
        f"<html><head><title>{name}-{owner}</title>{head}</head><body>{dead}<div class=nav><a href='/'>首页</a>"
        f"<a href='/news/'>新闻中心</a>{links}</div>{body}<ul>{look_alikes}</ul><p>{'政务要闻 ' * 20}</p>"
        f"<div class=footer>主办：{owner}办公室</div></body></html>"
    )


def _items(rows: list[tuple[str, str]]) -> str:
    return "".join(f"<li><a href='{url}'>{title}</a><span>2024-01-20</span></li>" for url, title in rows)


def _reports(site: PortalSite, organ: str = "", count: int = 6) -> str:
    place = "" if site.build.bare_titles else f"{site.region[2]}{organ or '人民政府'}"
    rows = [
        (f"/r/{site.region[2]}/{organ}{year}.html", f"{place}{year}年政府信息公开工作年度报告")
        for year in range(2024, 2024 - count, -1)
    ]
    news = [
        ("/news/1.html", f"{site.region[1]}人民政府2023年政府信息公开工作年度报告"),
        ("/news/2.html", "关于开展政务公开培训的通知"),
    ]
    return f"<ul>{_items(rows + news)}</ul>"


def _column(site: PortalSite, host: int, urls: tuple[str, str, str]) -> str:
    """The pages of the column; returns its path. Truth goes to ``site.columns``."""
    path, proven = _COLUMNS[site.build.column](site, site.pages[host], urls[host])
    site.columns += [(host, at) for at in proven]
    return path


Laid = tuple[str, list[str]]
"""The column's path, and the paths that are columns in truth."""
COLUMN, NAME = "/zfxxgk/zfxxgknb/", "政府信息公开年报"


def _list(site: PortalSite, pages: Pages, root: str) -> Laid:
    pages[COLUMN] = _page(site, NAME, _reports(site))
    return COLUMN, [COLUMN]


def _years(site: PortalSite, pages: Pages, root: str) -> Laid:
    years = range(2024, 2018, -1)
    pages[COLUMN] = _page(site, NAME, "".join(f"<a href='{COLUMN}{year}n/'>{year}年</a>" for year in years))
    for year in years:
        below, listed = f"{COLUMN}{year}n/", _page(site, f"{year}年", _reports(site, "教育局", 2))
        if site.build.column == "streets":
            pages[f"{below}xzjd/"] = listed
            listed = _page(site, f"{year}年", f"<a href='{below}xzjd/'>乡镇街道</a>")
        pages[below] = listed
    return COLUMN, [COLUMN]


def _bare_years(site: PortalSite, pages: Pages, root: str) -> Laid:
    """The column prints no more of each report than its year."""
    years = range(2024, 2017, -1)
    pages[COLUMN] = _page(site, NAME, "".join(f"<li><a href='{COLUMN}{year}.html'>{year}年</a></li>" for year in years))
    for year in years:
        pages[f"{COLUMN}{year}.html"] = report(f"{site.region[2]}人民政府", year)
    return COLUMN, [COLUMN]


def _parts(site: PortalSite, pages: Pages, root: str) -> Laid:
    names = {"本级": "bj", "部门": "bm", "乡镇街道": "xz"}
    pages[COLUMN] = _page(site, NAME, "".join(f"<a href='{COLUMN}{step}/'>{text}</a>" for text, step in names.items()))
    for text, step in names.items():
        pages[f"{COLUMN}{step}/"] = _page(site, text, _reports(site, "教育局" if step == "bm" else ""))
    return COLUMN, [f"{COLUMN}{step}/" for step in names.values()]


def _organs(site: PortalSite, pages: Pages, root: str) -> Laid:
    organs = {"教育局": "jyj", "民政局": "mzj", "城关镇": "cgz"}
    if site.build.column == "select":
        listed = "".join(f"<option value='{COLUMN}{step}/'>{text}</option>" for text, step in organs.items())
        body = f"<select onchange='location.href=this.value'><option value=''>请选择</option>{listed}</select>"
    elif site.build.column == "tree":
        nodes = [{"id": step, "pId": 0, "name": text, "url": f"{COLUMN}{step}/"} for text, step in organs.items()]
        body = f"<script>var zNodes = {json.dumps(nodes)}; $.fn.zTree.init($('#t'), {{}}, zNodes);</script>"
    else:
        body = "".join(f"<li data-url='{COLUMN}{step}/'>{text}</li>" for text, step in organs.items())
    pages[COLUMN] = _page(site, NAME, body + _reports(site))
    for text, step in organs.items():
        pages[f"{COLUMN}{step}/"] = _page(site, NAME, _reports(site, text))
    return COLUMN, [COLUMN, *(f"{COLUMN}{step}/" for step in organs.values())]


def _framed(site: PortalSite, pages: Pages, root: str) -> Laid:
    pages[COLUMN] = _page(site, NAME, f"<iframe src='{COLUMN}list.html'></iframe>")
    pages[f"{COLUMN}list.html"] = f"<html><head><title>列表</title></head><body>{_reports(site)}</body></html>"
    return COLUMN, [COLUMN]


def _one_report(site: PortalSite, pages: Pages, root: str) -> Laid:
    path = "/public/column/1234"
    pages[f"{path}?type=3&action=list"] = report(f"{site.region[2]}人民政府", 2024)
    pages[path] = _page(site, "法定主动公开内容", "<p>目录</p>")
    return f"{path}?type=3&action=list", [f"{path}?type=3&action=list"]


def _jpaas(site: PortalSite, pages: Pages, root: str) -> Laid:
    path, unit = "/zfxxgk/zfxxgknb/index.html", "/api-gateway/jpaas-publish-server/front/page/build/unit"
    query = "{'webId':'w1','tplSetId':'t9','pageType':'column','tagId':'当前栏目list','pageId':'p77','parseType':'bulidstatic'}"
    pages[path] = _page(
        site, NAME, f'<script src="/jpaas-publish-server/unitbuild.js" url="{unit}" queryData="{query}"></script>'
    )
    html = _reports(site)
    pages[unit] = lambda asked: _as_json({"success": True, "data": {"html": html}})
    return path, [path]


def _gkmlpt(site: PortalSite, pages: Pages, root: str) -> Laid:
    path, tree = "/gkmlpt/annualreport", [{"id": 77, "name": NAME, "children": []}]
    pages[path] = _page(
        site, NAME, "", f"<script>window._CONFIG = {{SID: '755001', TREE: {json.dumps(tree)}}};</script>"
    )
    place = site.region[2]
    articles = [
        {"title": f"{place}{year}年政府信息公开工作年度报告", "url": f"{root}/r/{place}/{year}.html"}
        for year in range(2018, 2025)
    ]
    pages["/gkmlpt/api/all/77"] = lambda asked: _as_json(
        {"articles": articles if asked.query.get("page", "1") == "1" else [], "total": 7}
    )
    return path, [path]


def _as_json(value: object) -> Answer:
    return Answer(json.dumps(value), headers={"Content-Type": "application/json"})


_COLUMNS: dict[str, Callable[[PortalSite, Pages, str], Laid]] = {
    "list": _list, "bare_years": _bare_years, "years": _years,
    "streets": _years, "parts": _parts, "select": _organs, "tree": _organs, "tabs": _organs,
    "framed": _framed, "one_report": _one_report, "jpaas": _jpaas, "gkmlpt": _gkmlpt,
}  # fmt: skip


_BODIES = {
    "broken": "<a href='COLUMN'>&nbsp;政府信息<br>公开年报</a>",
    "getmaindata": (
        "<script>function getMainData(code) { window.location.href = '/zfxxgk/' + code + '/'; }</script>"
        "<a href=\"javascript:getMainData('zfxxgknb')\">信息公开年报</a><a href=\"javascript:getMainData('gkzn')\">指南</a>"
    ),
    "hidden": (
        "<ul><li><a href='javascript:void(0)'>年度报告</a><ul style='display:none'><li><a href='COLUMN'>"
        "政府信息公开工作年度报告</a></li></ul></li></ul>"
    ),
    "around_li": "<a href='/gkzd/'><li>政府信息公开制度</li></a><a href='COLUMN'><li>公开年报</li></a>",
    "script": (
        "<script>/* menu.addItem('信息公开年报','/old/nb/'); */ menu.addItem('政府信息公开指南','/gkzn/');\n"
        "menu.addItem('信息公开年报','COLUMN');</script>"
    ),
}
"""Builds of the page 政府信息公开 that are one page; COLUMN is the address of the column of reports."""


def _platform(site: PortalSite, host: int, column: str, urls: tuple[str, str, str]) -> str:
    """The page 政府信息公开, in one of its builds; returns its address."""
    pages, path, kind = site.pages[host], "/zfxxgk/", site.build.platform
    body = _BODIES.get(kind, "").replace("COLUMN", column)
    name = "政府信息公开"
    if kind in ("standard", "offhost"):
        body = (
            f"<ul class=tabs><li><a href='/gkzn/'>政府信息公开指南</a></li><li><a href='{path}zdgk/'>法定主动公开内容</a></li>"
            f"<li><a href='{column}'>政府信息公开年报</a></li></ul>"
        )
        pages[f"{path}zdgk/"] = _page(site, "法定主动公开内容", "<ul><li><a href='/zcfg/'>政策法规</a></li></ul>")
    elif kind == "directory":
        pages[f"{path}ml/"] = _page(site, "信息公开目录", f"<a href='{column}'>信息公开年度报告</a>")
        body = f"<a href='{path}ml/'>政府信息公开目录</a>"
    elif kind == "of_governments":
        links = f"<a href='{path}xzf/'>县政府</a><a href='{path}bm/'>县直部门</a>"
        pages[f"{path}xzf/"] = _page(site, name, f"<a href='{column}'>政府信息公开年报</a>")
        body = f"<ul>{links}</ul>"
    elif kind == "gkmlpt":
        path = "/gkmlpt/index"
        body = "<script>window._CONFIG = {SID: '755001', TREE: []};</script>"
    pages[path] = _page(site, name, body)
    return urls[1] + path if host == 1 else path


def _menu(site: PortalSite, home: int, target: str, upper: str) -> None:
    """The portal's own page, whose menu leads to ``target``."""
    pages, kind = site.pages[home], site.build.menu
    name = "政府信息公开年报" if site.build.platform == "none" else "政府信息公开"
    header = f"<a href='{upper}/zfxxgk/'>省政府信息公开专栏</a><a href='{upper}/zfxxgknb/'>政府信息公开年报</a>"
    bodies = {
        "plain": f"<a href='{target}'>{name}</a>",
        "script": f"<script>menu.addItem('首页','/');menu.addItem('{name}','{target}');</script>",
        "objects": f"<script>var nav=[{{name:'首页',url:'/'}},{{url:'{target}',name:'{name}'}}];</script>",
        "image": f"<a href='{target}'><img src='/i/gk.png' alt='{name}'></a>",
        "title": f"<a href='{target}' title='{name}'></a>",
        "css": f"<a class='gk' href='{target}'></a>",
        "javascript": f"<a href=\"javascript:window.open('{target}')\">{name}</a>",
        "onclick": f"<div onclick=\"location.href='{target}index.html'\">{name}</div>",
        "none": "<a href='/bsfw/'>办事服务</a>",
    }
    if kind == "frames":
        frames = "<frameset><frame src='/top.html'><frame src='/main.html'></frameset>"
        pages["/"] = f"<html><head><title>{site.region[2]}人民政府</title></head>{frames}</html>"
        pages["/top.html"] = _page(site, "导航", header + bodies["plain"])
        pages["/main.html"] = _page(site, "首页", "<a href='/news/2.html'>新闻</a>")
    elif kind == "refresh":
        pages["/"] = (
            "<html><head><meta http-equiv='refresh' content='0;url=/index/home.html'></head><body></body></html>"
        )
        pages["/index/home.html"] = _page(site, "首页", header + bodies["plain"])
    elif kind == "zwgk":
        pages["/"] = _page(site, "首页", header + "<a href='/zwgk/'>政务公开</a>")
        pages["/zwgk/"] = _page(site, "政务公开", bodies["plain"])
    elif kind == "splash":
        pages["/"] = (
            f"<html><head><title>{site.region[2]}人民政府</title></head><body><a href='/home.html'>进入网站</a></body></html>"
        )
        pages["/home.html"] = _page(site, "首页", header + bodies["plain"])
    elif kind == "script_file":
        pages["/"] = _page(
            site, "首页", header + "<script src='/js/jquery.min.js'></script><script src='/js/menu.js'></script>"
        )
        menu = f"menu.addItem('首页','/');menu.addItem('{name}','{target}');"
        pages["/js/menu.js"] = Answer(menu, headers={"Content-Type": "application/javascript"})
    else:
        pages["/"] = _page(site, "首页", header + bodies[kind])
    if kind == "onclick":
        pages[f"{target}index.html"] = pages[target]
