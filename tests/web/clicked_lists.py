"""Lists as a reader clicks through them: next links and numbers of every make, rows that are linked in every way.

As in ``printed_lists``, a site answers nothing that it has not printed, and look-alikes stand between the reports.
"""

# ruff: noqa: E501 - page sources stand as sites print them
import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from tests.web.families import FamilySite
from tests.web.pages import page, title
from tests.web.printed_lists import paged, script, served
from tests.web.server import Answer, Asked

_LIST = "/nb/list.aspx?cid=5"
N_PAGES = 3


def _url(number: int) -> str:
    return _LIST if number == 1 else f"{_LIST}&page={number}"


def _only(make: Callable[[int], str]) -> Callable[[int], str]:
    """Printed on every page but the last, with the number of the next one."""
    return lambda number: make(number + 1) if number < N_PAGES else ""


PAGERS: dict[str, Callable[[int], str]] = {
    "next_in_a_picture": _only(lambda k: f"<a href='?cid=5&page={k}'><img src='/i/next.gif' alt='下一页'></a>"),
    "next_by_class": _only(lambda k: f"<a class='page-next' href='?cid=5&page={k}'><i></i></a>"),
    "next_by_rel": _only(lambda k: f"<link rel='next' href='/nb/list.aspx?cid=5&page={k}'>"),
    "next_by_title": _only(lambda k: f"<a title='下一页' href='?cid=5&amp;page={k}'>&gt;</a>"),
    "next_is_a_button": _only(lambda k: f"<button onclick=\"window.location.href='list.aspx?cid=5&page={k}'\">下一页</button>"),
    "next_is_an_input": _only(lambda k: f"<input type=button value='下一页' onclick=\"location='list.aspx?cid=5&page={k}'\">"),
    "next_in_data_href": _only(lambda k: f"<a data-href='/nb/list.aspx?cid=5&page={k}' href='javascript:;'>下页</a>"),
    "more": _only(lambda k: f"<a class='more' href='/nb/list.aspx?cid=5&page={k}'>加载更多</a>"),
    "numbers": lambda k: "".join(f"<a href='list.aspx?cid=5&page={n}'>{n}</a>" for n in range(1, N_PAGES + 1) if n != k),
    "numbers_of_a_window": lambda k: "".join(f"<a href='list.aspx?cid=5&page={n}'>[{n}]</a>" for n in range(max(1, k - 1), min(N_PAGES, k + 1) + 1)),
    "numbers_in_tagname": lambda k: "".join(f"<a tagname='/nb/list.aspx?cid=5&page={n}'>第{n}页</a>" for n in range(1, N_PAGES + 1)),
    "select_box": lambda k: "<select onchange='location=this.value'>" + "".join(f"<option value='list.aspx?cid=5&page={n}'>{n}</option>" for n in range(1, N_PAGES + 1)) + "</select>",
    "traditional_characters": _only(lambda k: f"<a href='?cid=5&page={k}'>下一頁</a>"),
    "spaced_out": _only(lambda k: f"<a href='?cid=5&page={k}'>下 一 页</a>"),
    "an_arrow": _only(lambda k: f"<a href='?cid=5&page={k}'>→</a>"),
    "so_many_more": _only(lambda k: f"<a href='?cid=5&page={k}'>下20条</a>"),
    "picture_without_a_name": _only(lambda k: f"<a href='?cid=5&page={k}'><img src='/i/page_next.gif'></a>"),
    "class_inside": _only(lambda k: f"<a href='?cid=5&page={k}'><span class='icon-next'></span></a>"),
    "more_in_a_block": _only(lambda k: f"<div class='load' data-url='/nb/list.aspx?cid=5&page={k}'>点击加载更多</div>"),
    "written_with_code_points": _only(lambda k: script(f'document.writeln("<a href=\\"?cid=5&page={k}\\">\\u4e0b\\u4e00\\u9875<\\/a>");')),
    "button_of_a_form": _only(lambda k: f"<form action='list.aspx'><input type=hidden name=cid value=5><input type=hidden name=page value={k}><input type=submit value=下一页></form>"),
    "picture_as_a_button": _only(lambda k: f"<input type=image alt='下一页' onclick=\"location.href='list.aspx?cid=5&page={k}'\">"),
    "a_function_of_the_page": _only(lambda k: script("function go(n){ location.href = '/nb/list.aspx?cid=5&page=' + n; }") + f"<a href='javascript:go({k})'>下一页</a>"),
    "dead_one_in_a_comment": lambda k: "<!-- <a href='index_9.html'>下一页</a> -->" + (f"<a href='?cid=5&page={k + 1}'>下一页</a>" if k < N_PAGES else ""),
    "area_of_a_picture": _only(lambda k: f"<img src='/p.gif' usemap='#p'><map name='p'><area href='?cid=5&page={k}' alt='下一页'></map>"),
    "a_black_arrow": _only(lambda k: f"<a href='?cid=5&page={k}'>▶</a>"),
    "words_around": _only(lambda k: f"<a href='?cid=5&page={k}'>翻到下一页 (共3页)</a>"),
    "called_more": _only(lambda k: f"<a href='list.aspx?cid=5&page={k}'>查看更多&gt;&gt;</a>"),
    "more_as_a_picture": _only(lambda k: f"<a href='list.aspx?cid=5&page={k}'><img src='/i/more.gif'></a>"),
    "earlier_years": _only(lambda k: f"<a href='list.aspx?cid=5&page={k}'>往年年报</a>"),
    "a_function_with_variables": _only(lambda k: script("var u = 'list.aspx'; function go(all, n){ var q = '?cid=5'; q += '&page=' + n; location = u + q; }") + f"<a href='javascript:go(3, {k})'>下一页</a>"),
    "a_function_of_an_object": _only(lambda k: script("var Pages = { go: function(n){ location.assign('list.aspx?cid=5&page=' + (n + 1)); } };") + f"<a href='javascript:Pages.go({k - 1})'>下一页</a>"),
    "an_arrow_function": _only(lambda k: script("const go = (n) => { location.href = `/nb/list.aspx?cid=5&page=${n}`; }") + f"<a onclick='go({k})'>下一页</a>"),
    "a_function_without_arguments": _only(lambda k: script(f"var now = {k - 1}; function following(){{ location.href = 'list.aspx?cid=5&page=' + (now + 1); }}") + "<a href='javascript:following()'>下一页</a>"),
    "an_address_and_a_number": _only(lambda k: script("function go(u, n){ location.href = u + '&page=' + n; }") + f"<a onclick=\"go('list.aspx?cid=5', {k})\">下一页</a>"),
    "open_address": lambda k: f"<div class='pagination' data-pages='{N_PAGES}' data-url='/nb/list.aspx?cid=5&page='></div>",
}  # fmt: skip


def clicked(pager: str) -> FamilySite:
    """A list with one of ``PAGERS``."""
    return paged("/nb/", N_PAGES, _url, PAGERS[pager], article="/nb/show/{number}{item}.html")


ROWS: dict[str, str] = {
    "window_open": "<li><a href=\"javascript:window.open('{href}','_blank')\">{title}</a></li>",
    "function_in_href": "<li><a href=\"javascript:openUrl('{href}');\">{title}</a></li>",
    "click_on_the_row": "<li onclick=\"window.location.href='{href}'\"><p>{title}</p><span>2024-01-20</span></li>",
    "data_href": "<li><a href='javascript:;' data-href='{href}'>{title}</a></li>",
    "data_url_of_the_row": "<li data-url='{href}'><span>{title}</span></li>",
    "backslashes": "<li><a href='{windows}'>{title}</a></li>",
    "a_picture_of_the_title": "<li><a href='{href}'><img src='/i.png' alt='{title}'></a></li>",
    "two_links_that_say_nothing": "<li><span>{title}</span><a href='{href}'>详情</a><a href='#'>收藏</a></li>",
    "upper_case_and_unquoted": "<LI><A TARGET=_blank HREF={href} TITLE={title}>{short}...</A></LI>",
    "broken_lines": "<li><a\n href=\"\n {href}  \"\n>&nbsp;·&nbsp;{short}<br/>{rest}</a></li>",
    "number_for_a_function": "<script>function show(n){{ window.open('/nb/show/' + n + '.html'); }}</script><li><a href='javascript:show({digits})'>{title}</a></li>",
    "entities_in_the_address": "<li><a href='{entities}'>{title}</a></li>",
    "whole_title_on_the_row": "<li title='{title}'><a href='{href}'>{short}…</a></li>",
    "whole_title_in_data": "<li><a href='{href}' data-title='{title}'>{short}...</a></li>",
    "whole_title_inside": "<li><a href='{href}'><span title='{title}'>{short}…</span></a></li>",
    "whole_title_not_shown": "<li><a href='{href}'>{short}..</a><div style='display:none'>名称：{title} 索引号：12</div></li>",
    "area_of_a_map": "<map><area shape='rect' href='{href}' alt='{title}'></map>",
    "option": "<select onchange='window.open(this.value)'><option value='{href}'>{title}</option></select>",
    "text_area": "<textarea style='display:none'><a href='{href}'>{title}</a></textarea>",
    "title_over_the_link": "<dl><dt>{title}</dt><dd><a href='{href}'>点击查看</a></dd></dl>",
    "title_in_a_block_of_its_own": "<div class='item'><div class='t'>{title}</div><div class='b'><a href='{href}'>查看详情</a><span>2024-01-20</span></div></div>",
    "link_around_the_row": "<a href='{href}#main'><li>{title}<span>2024.01.20</span></li></a>",
}  # fmt: skip


def linked(row: str) -> FamilySite:
    """A list whose rows have one of the forms in ``ROWS``."""
    built = clicked("next_by_title")

    def formed(found: re.Match[str]) -> str:
        href, name = found.groups()
        entities = "".join(f"&#{ord(sign)};" for sign in href)
        parts = {
            "href": href,
            "entities": entities,
            "digits": re.sub(r"\D", "", href),
            "windows": href.replace("/", "\\"),
            "title": name,
            "short": name[:9],
            "rest": name[9:],
        }
        return ROWS[row].format(**parts)

    def handle(asked: Asked) -> Answer:
        answer = built.handle(asked)
        if not isinstance(answer.body, str):
            return answer
        form = r'<li><a href="([^"]+)" title="([^"]+)">[^<]*</a><span>[^<]*</span></li>'
        return replace(answer, body=re.sub(form, formed, answer.body))

    return replace(built, handle=handle)


def based(head: str = "<base href='/'>") -> FamilySite:
    """Links and pager are relative to ``<base href>``, not to the page."""
    names = [f"nb/show/{number}.html" for number in range(9)]
    pages: dict[str, str | Answer | Callable[[Asked], Answer]] = {}
    for number in range(1, N_PAGES + 1):
        chosen = range((number - 1) * 3, number * 3)
        rows = "".join(f"<li><a href='{names[item]}'>{title(item)}</a></li>" for item in chosen)
        following = f"<a href='nb/list_{number + 1}.html'>下一页</a>" if number < N_PAGES else ""
        pages["/nb/list.html" if number == 1 else f"/nb/list_{number}.html"] = page(rows + following, head)
    articles = tuple(f"/{name}" for name in names)
    return FamilySite(served(pages, articles), "/nb/list.html", articles)


def short_titles(form: str) -> FamilySite:
    """A list that prints only the year, or only the organ, of each report."""
    articles = tuple(f"/nb/202401/t{number}.html" for number in range(8))
    organs = ("民政局", "教育局", "财政局", "城关镇", "东河乡", "南山街道办事处", "司法局", "审计局")
    rows = "".join(
        f"<li><a href='{href}'>{form.format(year=2016 + number, organ=organs[number])}</a></li>"
        for number, href in enumerate(articles)
    )
    news = "<li><a href='/nb/202401/n1.html'>甲省发布2016年政府信息公开工作年度报告</a></li>"
    return FamilySite(served({"/nb/": page(rows + news)}, articles), "/nb/", articles)


def in_frames(inner: str = "") -> FamilySite:
    """A frameset: the head and the list in frames of the same host; ``inner`` is what stands in place of the list."""
    built = clicked("numbers")
    frames = "<html><head><title>年报</title></head><frameset rows='90,*'><frame src='/head.html'><frame src='{}'></frameset></html>"
    pages = {
        "/frames.html": frames.format("/in.html" if inner else _LIST),
        "/in.html": inner.format(_LIST),
        "/head.html": page("<li><a href='/a.html'>网站首页</a></li>"),
    }

    def handle(asked: Asked) -> Answer:
        return Answer(pages[asked.path]) if asked.path in pages else built.handle(asked)

    return FamilySite(handle, "/frames.html", built.articles)


def in_gbk() -> FamilySite:
    """A page in GBK: the Chinese arguments of its links are asked for in GBK, as browsers do."""
    named, asked_for = "年报", quote("年报", encoding="gbk")
    articles = tuple(f"/show.asp?id={number}&lm={asked_for}" for number in range(6))
    pages: dict[str, str | Answer | Callable[[Asked], Answer]] = {}
    for number in (1, 2):
        chosen = range((number - 1) * 3, number * 3)
        rows = "".join(f"<li><a href='/show.asp?id={item}&lm={named}'>{title(item)}</a></li>" for item in chosen)
        body = page(
            rows + (f"<a href='?lm={named}&page=2'>下一页</a>" if number == 1 else ""), "<meta charset='gb2312'>"
        )
        address = f"/list.asp?lm={asked_for}" + ("&page=2" if number == 2 else "")
        pages[address] = Answer(body.encode("gbk"), headers={"Content-Type": "text/html"})
    return FamilySite(served(pages, articles), f"/list.asp?lm={asked_for}", articles)


def pager_in_a_frame() -> FamilySite:
    """Each page has a frame with the pager of its own."""
    built = paged(
        "/nb/",
        4,
        lambda k: "/nb/list.html" if k == 1 else f"/nb/l{k}.html",
        lambda k: f"<iframe src='/nb/turn.jsp?p={k}'></iframe>",
        article="/nb/show/{number}{item}.html",
    )

    def handle(asked: Asked) -> Answer:
        if asked.path != "/nb/turn.jsp":
            return built.handle(asked)
        number = int(asked.query["p"]) + 1
        return Answer(
            f"<html><body><a href='l{number}.html' target='_parent'>下一页</a></body></html>"
            if number < 5
            else "<html><body>尾页</body></html>"
        )

    return replace(built, handle=handle)


def offsets() -> FamilySite:
    """``from`` is where a page of the list begins; elsewhere it says who shared a page."""
    pager = _only(lambda k: f"<a href='list.jsp?from={(k - 1) * 4}'>下一页</a>")
    return paged(
        "/nb/",
        N_PAGES,
        lambda k: "/nb/list.jsp" if k == 1 else f"/nb/list.jsp?from={(k - 1) * 4}",
        pager,
        article="/nb/show/{number}{item}.html",
    )


def frame_beside_a_list() -> FamilySite:
    """A list with a pager, and a frame that holds the page's head."""
    built = clicked("next_by_title")

    def handle(asked: Asked) -> Answer:
        if asked.path == "/head.html":
            return Answer(page("<li><a href='/zwgk/x.html'>政务公开要闻二则</a></li>"))
        answer = built.handle(asked)
        if asked.target != _LIST or not isinstance(answer.body, str):
            return answer
        return replace(answer, body=answer.body.replace("<body>", "<body><iframe src='/head.html'></iframe>"))

    return replace(built, handle=handle)


def years_in_a_select_box() -> FamilySite:
    """The years of a column are options of a select box."""
    years, articles, pages = range(2019, 2025), [], {}
    options = "".join(f"<option value='/nb/list_{year}.html'>{year}年</option>" for year in years)
    box = f"<select onchange='location.href=this.value'>{options}</select>"
    for year in years:
        hrefs = [f"/nb/x/{year}{item}.html" for item in range(3)]
        articles += hrefs
        rows = "".join(f"<li><a href='{href}'>{title(year % 100 + item)}</a></li>" for item, href in enumerate(hrefs))
        pages[f"/nb/list_{year}.html" if year < years[-1] else "/nb/list.html"] = page(rows + box)
    return FamilySite(served(pages, articles), "/nb/list.html", tuple(articles))


def blocks_with_more() -> FamilySite:
    """Blocks of a column page with a heading and a 更多 link to the list behind."""
    pages, articles, blocks = {}, [], ""
    for name, label in (("zf", "县政府年报"), ("bm", "部门年报"), ("xz", "乡镇年报")):
        hrefs = [f"/nb/{name}/{item}.html" for item in range(4)]
        articles += hrefs
        blocks += f"<div class='block'><h3>{label}</h3><ul></ul><a class='more' href='{name}/'>更多&gt;&gt;</a></div>"
        pages[f"/nb/{name}/"] = page(
            "".join(f"<li><a href='{href}'>{title(item)}</a></li>" for item, href in enumerate(hrefs))
        )
    pages["/nb/"] = page(blocks)
    return FamilySite(served(pages, articles), "/nb/", tuple(articles))


def organs_of_groups_of_years() -> FamilySite:
    """Year → 乡镇街道 → one of them → its report."""
    pages, articles, top = {}, [], ""
    for year in (2023, 2024):
        top += f"<li><a href='{year}n/'>{year}年度</a></li>"
        groups = ""
        for group, label, organs in (
            ("xzjd", "乡镇街道", ("城关镇", "东河乡")),
            ("zfbm", "政府部门", ("民政局", "教育局")),
        ):
            groups += f"<li><a href='{group}/'>{label}</a></li>"
            root = f"/nb/{year}n/{group}/"
            pages[root] = page("".join(f"<li><a href='o{n}/'>{organ}</a></li>" for n, organ in enumerate(organs)))
            for number, organ in enumerate(organs):
                articles.append(f"{root}o{number}/t1.html")
                pages[f"{root}o{number}/"] = page(
                    f"<li><a href='t1.html'>{organ}{year}年政府信息公开工作年度报告</a></li>"
                )
        pages[f"/nb/{year}n/"] = page(groups)
    pages["/nb/"] = page(top)
    return FamilySite(served(pages, articles), "/nb/", tuple(articles))


def post_back() -> FamilySite:
    """ASP.NET: 下一页 is a script's call that names no address."""
    call = "<a href=\"javascript:__doPostBack('pager','2')\">下一页</a>"
    built = clicked("numbers")
    first = tuple(url for url in built.articles if url.startswith("/nb/show/1"))

    def handle(asked: Asked) -> Answer:
        answer = built.handle(asked)
        if asked.target != _LIST or not isinstance(answer.body, str):
            return answer
        return replace(answer, body=re.sub(r"<a href='list.aspx[^>]*>\d</a>", "", answer.body) + call)

    return FamilySite(handle, _LIST, first)


def redirected(how: str) -> FamilySite:
    """A column's address that leads on: ``how`` is the page there, with ``{to}`` for the list."""
    built = clicked("numbers")

    def handle(asked: Asked) -> Answer:
        return Answer(how.format(to=_LIST)) if asked.path == "/nb/old.html" else built.handle(asked)

    return replace(built, handle=handle, column="/nb/old.html")


def years_that_are(what: str) -> FamilySite:
    """A list of years; behind each is ``what``: a document, or a page that holds no more than one, or pictures, or prose."""
    pdf = Answer(b"%PDF-1.4\n" + b"x" * 3000 + b"\n%%EOF", headers={"Content-Type": "application/pdf"})
    inner = {
        "attached": "<a href='P{year}.pdf'>附件下载</a>",
        "framed": "<iframe src='/pdfjs/web/viewer.html?file=/nb/2024/P{year}.pdf'></iframe>",
        "pictures": "<div class='content'><p><img src='W1.jpg'></p><p><img src='W2.jpg'></p></div>",
        "prose": "<p>" + "本年度我局推进各项公开工作，及时更新目录，规范办理流程。" * 40 + "</p>",
    }
    pages: dict[str, str | Answer | Callable[[Asked], Answer]] = {}
    articles, rows = [], ""
    for year in range(2010, 2016):
        name = f"{year}.pdf" if what == "document" else f"{year}.html"
        articles.append(f"/nb/2024/{name}")
        rows += f"<li><a href='2024/{name}'>{year}年</a></li>"
        heading = f"测试县{year}年政府信息公开工作年度报告"
        pages[articles[-1]] = (
            pdf if what == "document" else f"<title>{heading}</title><h1>{heading}</h1>" + inner[what].format(year=year)
        )
        pages[f"/nb/2024/P{year}.pdf"] = pdf
    pages["/nb/"] = page(rows)
    return FamilySite(served(pages, articles), "/nb/", tuple(articles))


def written_by_script(how: str) -> FamilySite:
    """The rows stand in a script: as data of the page, or as markup that it writes."""
    articles = tuple(f"/nb/2024/{number}.html" for number in range(9))
    if how == "data":
        rows = [
            {"id": number, "title": title(number), "url": url, "date": "2024-01-20"}
            for number, url in enumerate(articles)
        ]
        text = f"var listData = {json.dumps(rows, ensure_ascii=False)}; render(listData);"
    else:
        text = "".join(
            f'document.write("<li><a href=\\"{url}\\">{title(n)}</a></li>");' for n, url in enumerate(articles)
        )
    return FamilySite(served({"/nb/": page(script(text))}, articles), "/nb/", articles)


def second_page(answer: Answer) -> FamilySite:
    """The page behind the next link cannot be had, and no page says how many there are."""
    built = clicked("next_by_title")

    def handle(asked: Asked) -> Answer:
        return answer if "page=2" in asked.target else built.handle(asked)

    return replace(built, handle=handle)
