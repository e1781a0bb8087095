"""The registry of site families: one entry each, in the order in which a page is tried.

An entry is a member of ``ListingFamily``: its name in ``sources/*.yaml``, the class that reads its lists, and what the table in
``docs/adding-a-source.md`` says of it. Nothing else lists families.
"""

from enum import StrEnum

_PACKAGE = "pipelines.crawl.site_families"


class ListingFamily(StrEnum):
    """How a site's list pages go on to the next page.

    Attributes:
        adapter: ``package.module:Class`` below ``site_families`` that reads the lists; empty for ``AUTO``,
            which decides by the marks of the page.
        recognised_by: the marks of the family in a first page, in Markdown.
        next_page: how its second page is requested, in Markdown.
    """

    adapter: str
    recognised_by: str
    next_page: str

    def __new__(cls, name: str, adapter: str = "", recognised_by: str = "", next_page: str = "") -> "ListingFamily":
        member = str.__new__(cls, name)
        member._value_ = name
        member.adapter = f"{_PACKAGE}.{adapter}" if adapter else ""
        member.recognised_by = recognised_by
        member.next_page = next_page
        return member

    AUTO = "auto"
    # Most telling mark first: a TrueCMS page also has a datastore, a TRS page only a pager.
    TRUECMS = (
        "truecms", "interfaces.truecms:TrueCms",
        "`messageController/getMessage.do`", "JSONP from row 1; windows of 50, 20 or 10, whatever the site admits",
    )  # fmt: skip
    JPAAS = (
        "jpaas", "interfaces.jpaas:Jpaas",
        "`unitbuild.js`", "JSON of `build/unit` with `paramJson`, for every unit of the page",
    )  # fmt: skip
    HANWEB_JPAGE = (
        "hanweb_jpage", "page_lists.hanweb:HanwebJpage",
        "`dataproxy.jsp`, or `jpage` with `proxyUrl`",
        "POST with `startrecord`; with `page` where the answer begins at row 1 again; or the group link in the page",
    )  # fmt: skip
    GKMLPT = (
        "gkmlpt", "interfaces.gkmlpt:Gkmlpt",
        "`SID: '755001'` on a `gkmlpt` address", "`/gkmlpt/api/all/<category>?page=2`",
    )  # fmt: skip
    EPOINT = (
        "epoint", "interfaces.epoint:Epoint",
        "`categorynum`, with `siteGuid` in the page or in a script of the host",
        "POST of JSON to `<projectName>/rest/lightfrontaction/getgovinfolist`",
    )  # fmt: skip
    ANHUI = (
        "anhui", "interfaces.lonsun:Lonsun",
        "`/public/column/<organ>`, `publicInfoList`", "the label service with `pageIndex`, up to `pageCount`",
    )  # fmt: skip
    QUERY_LIST = (
        "query_list", "interfaces.query_list:QueryList",
        "`/queryList` or `webSiteCode` in a script", "POST of a form with `current`",
    )  # fmt: skip
    HEBEI_BLOCKS = (
        "hebei_blocks", "page_lists.hebei:Hebei",
        "`/columns/<uuid>/`", "`…/templates/<uuid>/blocks/<uuid>?page=2`",
    )  # fmt: skip
    UCAP_SEARCH = (
        "ucap_search", "interfaces.ucap_search:UcapSearch",
        "`_isAgg`, `common/search`, `searchList` or `getChannelList` in a script",
        "JSON of `/common/search/<channelId>`; the channel is in the page or asked for by its code",
    )  # fmt: skip
    UCAP = (
        "ucap", "page_lists.trs:Ucap",
        "`createPageHTML('page_div', 7, 1, 'list', 'shtml', 130)`: the name of an element first", "`list_2.shtml`",
    )  # fmt: skip
    TRS = (
        "trs", "page_lists.trs:Trs",
        '`createPageHTML(7, 0, "index", "html")`, `createPage`, `countPage`, `Pager({size: 7 …})`', "`index_1.html`",
    )  # fmt: skip
    VSB = (
        "vsb", "page_lists.vsb:Vsb",
        "`Visual SiteBuilder`, `_sitegray`", "files that count down: `ndbg/30.htm`",
    )  # fmt: skip
    HANWEB_ANNUAL = (
        "hanweb_annual", "page_lists.hanweb:HanwebAnnual",
        "links to `xxgkAnnualReport.jsp`", "every agency, every year",
    )  # fmt: skip
    HANWEB_SEARCH = (
        "hanweb_search", "page_lists.hanweb:HanwebSearch",
        "`/module/xxgk/search.jsp` or `tree.jsp`", "POST with `currpage`; `area` may be empty",
    )  # fmt: skip
    LONSUN_CONTENT = (
        "lonsun_content", "page_lists.printed:LonsunContent",
        "`/content/column/ID`, `Ls.pagination`", "`?pageIndex=2`",
    )  # fmt: skip
    EASYSITE = (
        "easysite", "page_lists.printed:EasySite",
        "a pager whose links have `tagname`", "the address in `tagname`; `[NEXTPAGE]` is the end",
    )  # fmt: skip
    ILIST = (
        "ilist", "page_lists.printed:IList",
        "`/info/iList.jsp`", "`cur_page=2`",
    )  # fmt: skip
    FUJIAN = (
        "fujian", "page_lists.printed:Fujian",
        "`/cms/html/`, `list2.trsapi`", "the 下一页 link; older pages need a browser",
    )  # fmt: skip
    SHANDONG_CHANNEL = (
        "shandong_channel", "page_lists.browser_only:ShandongChannel",
        "`/gongkai/channel_<hex>/`", "not known: needs a browser",
    )  # fmt: skip
    THTML = (
        "thtml", "page_lists.browser_only:Thtml",
        "`.thtml`", "not known: needs a browser",
    )  # fmt: skip
    JEECMS = (
        "jeecms", "page_lists.printed:Jeecms",
        "`.jhtml`", "`index_2.jhtml`",
    )  # fmt: skip
    # Tried last: it fits any page.
    STATIC = (
        "static", "page_lists.static:Static",
        "anything else",
        "the 下一页 link, the pager's address, else guessed names; a guess counts if it brings new links under the same path",
    )  # fmt: skip
