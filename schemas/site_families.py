"""The registry of site families: one entry each, in the order in which a page is tried.

An entry is a member of ``ListingFamily``: its name in ``sources/*.yaml``, the class that reads its lists, and what the table in
``docs/adding-a-source.md`` says of it. Nothing else lists families.
"""

from enum import StrEnum

_PACKAGE = "pipelines.crawl.site_families"


class ListingFamily(StrEnum):
    """How a site's list pages go on to the next page.

    Attributes:
        adapter: ``module:Class`` that reads the lists; empty for ``AUTO``, which decides by what the page bears.
        told_by: what in a first page tells the family, in Markdown.
        next_page: how its second page is asked for, in Markdown.
    """

    adapter: str
    told_by: str
    next_page: str

    def __new__(cls, name: str, adapter: str = "", told_by: str = "", next_page: str = "") -> "ListingFamily":
        member = str.__new__(cls, name)
        member._value_ = name
        member.adapter = f"{_PACKAGE}.{adapter}" if adapter else ""
        member.told_by = told_by
        member.next_page = next_page
        return member

    AUTO = "auto"
    # Most telling mark first: a TrueCMS page also bears a datastore, a TRS page is told only by its pager.
    TRUECMS = (
        "truecms", "truecms:TrueCms",
        "`messageController/getMessage.do`", "JSONP; windows of 50, 20 or 10, whatever the site admits",
    )  # fmt: skip
    HANWEB_JPAGE = (
        "hanweb_jpage", "hanweb:HanwebJpage",
        "`<datastore>` and `dataproxy.jsp`", "POST with `startrecord`, or the group link in the page",
    )  # fmt: skip
    JPAAS = (
        "jpaas", "jpaas:Jpaas",
        "`jpaas-publish-server`, `unitbuild.js`", "JSON of `build/unit` with `paramJson`",
    )  # fmt: skip
    GKMLPT = (
        "gkmlpt", "gkmlpt:Gkmlpt",
        "`SID: '755001'` on a `gkmlpt` address", "`/gkmlpt/api/all/<category>?page=2`",
    )  # fmt: skip
    EPOINT = (
        "epoint", "epoint:Epoint",
        "`EWB-FRONT`, `webBuilderCommon.js`", "POST of JSON to `getgovinfolist`",
    )  # fmt: skip
    ANHUI = (
        "anhui", "anhui:Anhui",
        "`/public/column/<organ>`", "the label service with `pageIndex`",
    )  # fmt: skip
    TRS = (
        "trs", "trs:Trs",
        '`createPageHTML(N, 0, "index", "html")`', "`index_1.html`",
    )  # fmt: skip
    VSB = (
        "vsb", "vsb:Vsb",
        "`Visual SiteBuilder`, `_sitegray`", "files that count down: `ndbg/30.htm`",
    )  # fmt: skip
    HANWEB_ANNUAL = (
        "hanweb_annual", "hanweb:HanwebAnnual",
        "links to `xxgkAnnualReport.jsp`", "every agency, every year",
    )  # fmt: skip
    HANWEB_SEARCH = (
        "hanweb_search", "hanweb:HanwebSearch",
        "`/module/xxgk/search.jsp` or `tree.jsp` with `area=`", "POST with `currpage`",
    )  # fmt: skip
    # Tried last: it fits any page.
    STATIC = (
        "static", "static:Static",
        "anything else", "the 下一页 link, else guessed names; a guess counts only if it brings new reports under the same path",
    )  # fmt: skip
