"""What surrounds a report on a government site: head, meta tags, navigation, list pages. Every text is escaped here."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from gongkai.demo.page import ReportPage


class ListItem(NamedTuple):
    """One line of a list page."""

    href: str
    text: str
    published: date | None


def html_document(site: str, title: str, body: str, *, meta: Mapping[str, str], charset: str = "utf-8") -> str:
    """A whole page of a site. Meta names are those of 《政府网站发展指引》 (国办发〔2017〕47号)."""
    tags = "\n".join(f'<meta name="{escape(k)}" content="{escape(v)}">' for k, v in {"SiteName": site, **meta}.items())
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<title>{escape(title)}_{escape(site)}</title>
{tags}
<script>var siteClock = new Date();</script>
<style>table {{ border-collapse: collapse }} td {{ border: 1px solid #999; padding: 2px 6px }}</style>
</head>
<body>
<div class="header"><a href="/">{escape(site)}</a> <span>长者专版</span></div>
<div class="nav"><a href="/">首页</a> <a href="/zwgk/">政务公开</a> <a href="/bsfw/">办事服务</a></div>
{body}
<div class="footer">主办：{escape(site)} 网站标识码与备案号从略 演示站点 <a href="/sitemap.html">网站地图</a></div>
</body>
</html>
"""


def article(page: ReportPage, inner: str, *, container: str) -> str:
    """Breadcrumb, title, source and date line; ``container`` is the ``id`` or ``class`` the site family uses."""
    published = page.published.isoformat() if page.published else ""
    return f"""<div class="crumb">当前位置： <a href="/">首页</a> &gt; 政府信息公开年报</div>
<div class="article">
<h1>{escape(page.title)}</h1>
<div class="info"><span>来源：{escape(page.source)}</span> <span>发布时间：{published}</span>
<span>字体：[ 大 中 小 ]</span></div>
<div {container}>
{inner}
</div>
</div>"""


def shell(data: str) -> str:
    """A page without content: its script asks ``data`` for the article and puts it in."""
    return f"""<div id="app"></div>
<script>fetch("{data}").then(function (answer) {{ return answer.json(); }}).then(function (article) {{
  document.getElementById("app").innerHTML = article.html;
}});</script>"""


def article_meta(page: ReportPage) -> dict[str, str]:
    """Meta tags of an article page."""
    published = f"{page.published.isoformat()} 09:30" if page.published else ""
    return {
        "ColumnName": "政府信息公开年报",
        "ColumnType": "信息公开年报",
        "ArticleTitle": page.title,
        "PubDate": published,
        "ContentSource": page.source,
    }


COLUMN_META = {"ColumnName": "政府信息公开年报", "ColumnType": "信息公开年报"}


def list_rows(items: Sequence[ListItem]) -> list[str]:
    """``<li>`` lines with a link and a date."""
    return [
        f'<li><a href="{escape(i.href)}" target="_blank" title="{escape(i.text)}">{escape(i.text)}</a>'
        f"<span>{i.published.isoformat() if i.published else ''}</span></li>"
        for i in items
    ]


def static_list(items: Sequence[ListItem]) -> str:
    """A plain list page."""
    return '<div class="list"><ul>\n' + "\n".join(list_rows(items)) + "\n</ul></div>"


def trs_list(items: Sequence[ListItem], pages: int, current: int) -> str:
    """A TRS WCM list page: the pager is a script call; page k is ``index_{k-1}.html``."""
    pager = f'<script type="text/javascript">createPageHTML({pages}, {current}, "index", "html");</script>'
    return f'{static_list(items)}\n<div class="page">{pager}</div>'


def datastore(items: Sequence[ListItem], *, total: int, next_group: str) -> str:
    """The Hanweb jpage store: the first group in the column page, later groups from ``dataproxy.jsp``."""
    records = "\n".join(f"<record><![CDATA[{row}]]></record>" for row in list_rows(items))
    link = f'<![CDATA[<a href="{next_group}"></a>]]>' if next_group else ""
    pages = -(-total // max(len(items), 1))
    return (
        f"<datastore>\n<nextgroup>{link}</nextgroup>\n"
        f"<totalrecord>{total}</totalrecord><totalpage>{pages}</totalpage>\n"
        f"<recordset>\n{records}\n</recordset>\n</datastore>"
    )


def jpage_list(store: str, *, column: int, per_page: int) -> str:
    """A Hanweb column page: the list exists only inside the script block."""
    return (
        f'<div id="{column}01" class="jpage"><script type="text/xml">{store}</script></div>\n'
        f"<script>var jpage = {{ container: '{column}01', perpage: {per_page}, columnid: {column}, webid: 1,\n"
        f"unitid: '{column}01', proxyurl: '/module/web/jpage/dataproxy.jsp' }};</script>"
    )
