"""Lists of web pages as their own sources print them: pagers of every kind, counting from 0 and from 1.

Every builder hands back a ``FamilySite``. A site answers nothing that it has not printed: a wrong page name is 404, a wrong
argument gives no rows. Between the reports of every page stand links that only look like reports.
"""

# ruff: noqa: E501 - page sources stand as sites print them
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import quote

from tests.web.families import FamilySite
from tests.web.pages import items, page, report
from tests.web.server import NOT_FOUND, Answer, Asked, Handle

Pages = Mapping[str, str | Answer | Callable[[Asked], Answer]]
_LOOK_ALIKES = (
    "图解：测试县{n}年政府信息公开工作年度报告",
    "测试县{n}年法治政府建设年度报告",
    "测试县统计局{n}年政府网站工作年度报表",
    "关于做好{n}年政府信息公开工作年度报告编制发布工作的通知",
)


def rows(hrefs: Sequence[str], first: int) -> str:
    """List items of reports with look-alikes between them."""
    other = _LOOK_ALIKES[first % len(_LOOK_ALIKES)].format(n=2015 + first % 9)
    return items(hrefs[:1], first) + f"<li><a href='/other/{first}.html'>{other}</a></li>" + items(hrefs[1:], first + 1)


def served(pages: Pages, articles: Sequence[str]) -> Handle:
    """Exactly ``pages``, by whole target or by path, and a report at each of ``articles``."""
    known = set(articles)

    def answer(asked: Asked) -> Answer:
        found = pages.get(
            asked.target, pages.get(asked.path) if "?" not in asked.target or asked.path in _OPEN else None
        )
        found = found if found is not None else pages.get(f"{asked.path}?*")
        if callable(found):
            return found(asked)
        if found is not None:
            return found if isinstance(found, Answer) else Answer(found)
        if asked.target in known:
            return Answer(report("测试县" + re.sub(r"\W", "", asked.target)[-8:] + "局", 2023))
        if asked.path.startswith("/other/"):
            return Answer("<html><body><p>另一篇文章，与年度报告无关。</p></body></html>")
        return NOT_FOUND

    return answer


_OPEN: frozenset[str] = frozenset()


def paged(
    folder: str, n_pages: int, name: Callable[[int], str], pager: Callable[[int], str], *, barren: Sequence[int] = (),
    article: str = "{folder}2024{month:02d}/t2024{month:02d}20_{number}{item}.{ext}", ext: str = "html", column: str | None = None,
) -> FamilySite:  # fmt: skip
    """Files with a printed pager. ``name`` gives the file of page k (from 1), ``pager`` what page k prints about the others.

    Pages in ``barren`` hold news only.
    """
    pages: dict[str, str | Answer | Callable[[Asked], Answer]] = {}
    articles: list[str] = []
    for number in range(1, n_pages + 1):
        hrefs = [
            article.format(folder=folder, month=number % 9 + 1, number=number, item=item, ext=ext) for item in range(4)
        ]
        body = rows(hrefs, number * 4)
        if number in barren:
            body = "".join(
                f"<li><a href='{href}'>测试县召开第{number}{n}次工作会议</a></li>" for n, href in enumerate(hrefs)
            )
        else:
            articles += hrefs
        pages[name(number)] = page(body + pager(number))
    return FamilySite(served(pages, articles), column or name(1), tuple(articles))


def script(text: str) -> str:
    return f"<script type='text/javascript'>{text}</script>"


def create_page_html(
    *, call: str = "createPageHTML", first: int = 0, quote: str = "'", ext: str = "shtml", stem: str = "index", n: int = 3,
    element: str = "", rows_printed: bool = False, old_comment: bool = False, at_directory: bool = True, query: str = "",
    barren: Sequence[int] = (), prints: int | None = None, folder: str = "/zwgk/zfxxgknb/",
) -> FamilySite:  # fmt: skip
    """``createPageHTML`` and ``createPage``; ``first`` is what files are counted from, ``prints`` a current page that lies."""
    q = quote

    def name(number: int) -> str:
        if number == 1:
            return f"{folder}{'' if at_directory else f'{stem}.{ext}'}{query}"
        return f"{folder}{stem}_{number - 1 + first}.{ext}{query}"

    def pager(number: int) -> str:
        current = number - 1 + first if prints is None else prints
        head = f"{q}{element}{q} ,  " if element else ""
        tail = f", {n * 4}" if rows_printed else ""
        text = f"{call}( {head}{n}, {current},{q}{stem}{q},{q}{ext}{q}{tail} );"
        example = "// createPageHTML(99, 0, 'wrong', 'html');\n/* createPageHTML(98, 0, 'wrong', 'html'); */\n"
        function = f"function {call}(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){{ return _nPageCount; }}\n"
        return script(f"<!--\n{text}\n//-->" if old_comment else example + function + text)

    return paged(folder, n, name, pager, barren=barren, ext=ext)


def inline_count(*, ext: str = "shtml", written: bool = True, n: int = 4) -> FamilySite:
    """山西, 天津: ``var currentPage``, ``var countPage``; the extension in ``document.write`` or only in the articles."""
    folder = "/sxxgk/nb/"

    def pager(number: int) -> str:
        writes = f"""
          if(currentPage==1) document.write("<a href=\\"index.{ext}\\">首页</a>");
          var nextPage = currentPage+1;
          if(countPage>1&&currentPage!=(countPage-1))
            document.write("<a href=\\"index_" + nextPage + ".{ext}\\">下一页</a>");"""
        text = f"var currentPage = {number - 1};//所在页从0开始\nvar prevPage = currentPage-1\nvar countPage = {n}//共多少页\n"
        return script(text + (writes if written else "writePager(currentPage, countPage);"))

    return paged(folder, n, lambda k: folder if k == 1 else f"{folder}index_{k - 1}.{ext}", pager, ext=ext)


def pager_object(*, n: int = 5, barren: Sequence[int] = (2, 3)) -> FamilySite:
    """北京: ``Pager({...})`` in any order; two pages in a row hold no report."""
    folder = "/gongkai/nb/"
    return paged(
        folder, n, lambda k: folder if k == 1 else f"{folder}index_{k - 1}.html",
        lambda k: script(f"""Pager({{ current:{k - 1}, suffix: "html" , size:{n}, prefix : 'index' }});"""), barren=barren,
    )  # fmt: skip


def set_page(*, n: int = 3) -> FamilySite:
    """上海: ``pagination("setPage", k, N)``, counted from 1; the names of the files are not printed."""
    folder = "/nw12344/"
    return paged(
        folder, n, lambda k: f"{folder}index.html" if k == 1 else f"{folder}index_{k}.html",
        lambda k: script(f'$("#pagination1").pagination("setPage", {k}, {n});'), barren=(1,),
    )  # fmt: skip


def counted_files(*, n: int = 3, at_directory: bool = False) -> FamilySite:
    """渭南, 子长: ``1.html`` → ``2.html``."""
    folder = "/list/xxgknb/"
    first = folder if at_directory else f"{folder}1.html"
    return paged(
        folder, n, lambda k: first if k == 1 else f"{folder}{k}.html",
        lambda k: script(f"var curPage={k};var maxPage=parseInt('{n}');if(curPage<maxPage) go(curPage+1)"), column=first,
    )  # fmt: skip


def page_argument(*, n: int = 3) -> FamilySite:
    """雅安: ``?page=N`` put together by a script, the query kept."""
    folder = "/xxgk/ndbg.html"
    return paged(
        "/xxgk/", n, lambda k: f"{folder}?siteId=7" if k == 1 else f"{folder}?siteId=7&page={k}",
        lambda k: script(f"var pageCount = {n};function goto(i){{ location.href = '?siteId=7&page=' + i; }}"),
    )  # fmt: skip


def capped(*, n: int = 5, kept: int = 3) -> FamilySite:
    """UCAP keeps a part of the pages it counts: late ones are 404."""
    site = create_page_html(element="page_div", first=1, n=n, stem="list", at_directory=False)
    gone = {f"/zwgk/zfxxgknb/list_{number}.shtml" for number in range(kept + 1, n + 1)}
    months = {f"/2024{number % 9 + 1:02d}/" for number in range(kept + 1, n + 1)}
    left = tuple(path for path in site.articles if not any(month in path for month in months))
    return FamilySite(lambda asked: NOT_FOUND if asked.path in gone else site.handle(asked), site.column, left)


def one_gap(*, n: int = 4, gap: int = 2) -> FamilySite:
    """One page in the middle is 404; those behind it are there."""
    site = create_page_html(n=n)
    lost, month = f"/zwgk/zfxxgknb/index_{gap - 1}.shtml", f"/2024{gap % 9 + 1:02d}/"
    left = tuple(path for path in site.articles if month not in path)
    return FamilySite(lambda asked: NOT_FOUND if asked.path == lost else site.handle(asked), site.column, left)


def two_gaps() -> FamilySite:
    """Two pages in a row are 404; the one behind them is there, at the only address that the pager makes."""
    site, folder = pager_object(n=6, barren=()), "/gongkai/nb/"
    lost = {f"{folder}index_{number - 1}.html" for number in (4, 5)}
    left = tuple(path for path in site.articles if not re.search("/2024(?:05|06)/", path))
    return FamilySite(lambda asked: NOT_FOUND if asked.path in lost else site.handle(asked), site.column, left)


def ucap_directory() -> FamilySite:
    """A UCAP directory without an index: the list is ``zfxxgk_list.shtml``."""
    folder = "/xxgk/c111344/"

    def name(number: int) -> str:
        return f"{folder}zfxxgk_list.shtml" if number == 1 else f"{folder}zfxxgk_list_{number}.shtml"

    return paged(
        folder, 3, name, lambda k: script(f"createPageHTML('page_div',3, {k},'zfxxgk_list','shtml',12);"), column=folder,
        article="{folder}2024{month:02d}/c01_{number}{item}.shtml",
    )  # fmt: skip


def jeecms(*, at_directory: bool = False, next_by: str = "onclick") -> FamilySite:
    """JEECMS: ``index_2.jhtml``, its addresses in ``onclick`` of links that lead nowhere."""
    folder, n = "/ndbg/", 3

    def pager(number: int) -> str:
        if next_by == "nothing":
            return ""
        following = (
            f"onclick=\"location.href=encodeURI('index_{number + 1}.jhtml');\"" if number < n else "disabled='disabled'"
        )
        return f"<div>共12条记录 {number}/{n}页 <a href='javascript:void(0);' {following}>下一页</a></div>"

    return paged(
        folder, n, lambda k: (folder if at_directory else f"{folder}index.jhtml") if k == 1 else f"{folder}index_{k}.jhtml", pager,
        article="/ndbg/{number}{item}.jhtml",
    )  # fmt: skip


def ilist(*, linked: bool = True) -> FamilySite:
    """``/info/iList.jsp?…&cur_page=k``."""
    base, n = "/info/iList.jsp?node_id=GKxxb&cat_id=10003", 3

    def pager(number: int) -> str:
        if not linked:
            return f"<span>共{n}页</span>"
        return f"<a href='{escape(base)}&amp;cur_page={number + 1}'>下一页</a>" if number < n else "<span>下一页</span>"

    return paged("/info/", n, lambda k: base if k == 1 else f"{base}&cur_page={k}", pager,
                 article="/info/iIndex.jsp?node_id=GKxxb&cat_id=10003&iid={number}{item}")  # fmt: skip


def easysite(*, by: str = "tagname") -> FamilySite:
    """EasySite: the address of the next page in ``tagname`` of a link without ``href``; ``[NEXTPAGE]`` at the end."""
    folder, n = "/zwgk/nb/", 3

    def pager(number: int) -> str:
        url = f"/zwgk/nb/be842d3c-{number + 1}.shtml" if number < n else "[NEXTPAGE]"
        click = f"onclick=\"queryArticleByCondition(this,'{url}')\""
        link = f"tagname='{url}'" if by == "tagname" else click
        hidden = f"<input type='hidden' name='article_paging_list_hidden' moduleid='be842d3c' totalpage='{n}'>"
        return f"{hidden}<a tagname='/zwgk/nb/index.shtml'>首页</a><a style='cursor:pointer' class='pagingNormal' {link}>下一页</a>"

    return paged(
        folder, n, lambda k: f"{folder}index.shtml" if k == 1 else f"{folder}be842d3c-{k}.shtml", pager, ext="shtml"
    )


def fujian() -> FamilySite:
    """福建: a next link is printed."""
    folder, n = "/cms/html/xzf/nb/", 3
    return paged(
        folder, n, lambda k: f"{folder}index.html" if k == 1 else f"{folder}index_{k}.html",
        lambda k: f"<a href='./index_{k + 1}.html' class='next'>下一页&gt;</a>" if k < n else "",
    )  # fmt: skip


def chinese_steps() -> FamilySite:
    """Steps of the path in Chinese: they stand in the address of the list, and so in the Referer of what it links."""
    folder = "/信息公开/年报/"
    built = create_page_html(folder=quote(folder))
    return replace(built, column=folder)


def two_pagers() -> FamilySite:
    """A block of news with a pager of its own above the list."""
    built = create_page_html(n=4)

    def handle(asked: Asked) -> Answer:
        answer = built.handle(asked)
        if asked.path != built.column or not isinstance(answer.body, str):
            return answer
        news = (
            "<div><a href='/n/1.html'>测试县召开会议</a>" + script("createPageHTML(1, 0, 'news', 'shtml');") + "</div>"
        )
        return replace(answer, body=answer.body.replace("<body>", f"<body>{news}"))

    return replace(built, handle=handle)


def lonsun_content(*, alias: bool = False, absolute: bool = False, scripted: bool = True) -> FamilySite:
    """龙讯: ``Ls.pagination`` prints the address and the end, or stands in a file of scripts and the page counts alone."""
    own = "/xxgk/zfxxgknb/index.html" if alias else "/content/column/6795621"
    base, n = "/content/column/6795621", 3

    def pager(number: int) -> str:
        if not scripted:
            return f"<div id='page_public'>共{n}页</div>"
        where = "//HOST" + base if absolute else base
        return script(
            f"""$(function(){{ Ls.pagination("#page_public", function (i) {{ location.href = '{where}?pageIndex=' + i; }},
            {{ currPage: ({number - 1}+1), pageCount: {n}, showText: true }}); }});"""
        )

    site = paged("/content/", n, lambda k: own if k == 1 else f"{base}?pageIndex={k}", pager,
                 article="/content/article/{number}{item}")  # fmt: skip
    return on_host(site)


def on_host(site: FamilySite) -> FamilySite:
    """``HOST`` in a page becomes the host that was asked."""

    def answer(asked: Asked) -> Answer:
        found = site.handle(asked)
        return Answer(found.payload.replace(b"HOST", asked.headers["host"].encode()), found.status, found.headers)

    return FamilySite(answer, site.column, site.articles)


def cut_titles(*, keep: str, attribute: str = "", then: str = "") -> FamilySite:
    """A list that cuts off its titles behind ``keep``, a regular expression, and ``then``; the whole title stands in
    ``attribute`` or nowhere."""
    built = create_page_html(quote='"', ext="html")

    def cut(found: re.Match[str]) -> str:
        href, title = found.groups()
        shown = re.match(keep, title)
        whole = f' {attribute}="{title}"' if attribute else ""
        return f'<a href="{href}"{whole}>{shown[0] + then if shown else title}…</a>'

    def handle(asked: Asked) -> Answer:
        answer = built.handle(asked)
        if not isinstance(answer.body, str):
            return answer
        return replace(answer, body=re.sub(r'<a href="([^"]+)" title="([^"]+)">[^<]*</a>', cut, answer.body))

    return replace(built, handle=handle)


def titles_beside() -> FamilySite:
    """A table whose rows print the title in a cell of its own; the link says 查看 or nothing (a picture)."""
    built = create_page_html(quote='"', ext="html")
    shown = itertools.cycle(("查看", "[下载]", "<img src='/i/more.png' alt=''>", "点击查看详情 &gt;&gt;"))

    def row(found: re.Match[str]) -> str:
        href, title = found.groups()
        return f"<tr><td>3</td><td>{title}</td><td>2024-01-20</td><td><a href='{href}'>{next(shown)}</a></td></tr>"

    def handle(asked: Asked) -> Answer:
        answer = built.handle(asked)
        if not isinstance(answer.body, str):
            return answer
        listed = re.sub(r'<li><a href="([^"]+)" title="([^"]+)">[^<]*</a><span>[^<]*</span></li>', row, answer.body)
        return replace(answer, body=listed.replace("<ul class='list'>", "<table>").replace("</ul>", "</table>"))

    return replace(built, handle=handle)
