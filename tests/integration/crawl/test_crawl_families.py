"""Every site family of docs/domain/site-families.md is read to its last article, chosen by fingerprint alone.

| family | cases |
|---|---|
| TRS WCM | trs, trs_single_quotes_shtml, trs_container |
| Hanweb JCMS (jpage) | hanweb_jpage, hanweb_jpage_only_page (a server that honours only ``page``) |
| Hanweb 信息公开 module | hanweb_search (``search.jsp``, ``currpage``), hanweb_annual (``xxgkAnnualReport.jsp``) |
| jpaas | jpaas, jpaas_only_page_no |
| TrueCMS | truecms (window 20), truecms_wide (50), truecms_off (endpoint answers 404: the first page's articles only) |
| gkmlpt | gkmlpt, gkmlpt_index (the category is in the fragment) |
| NFCMS | nfcms (``index_N``, mobile twins of articles) |
| 安徽系 /public/column | anhui (label service), anhui_in_page |
| Epoint EWB | epoint, epoint_from_one, epoint_params |
| VSB | vsb, vsb_pager |
| UCAP, 湖南 | ucap (``list_2.shtml``); gov.cn's JSON feeds are not evidenced there and have no adapter |
| 成都 gkml | chengdu (rows by onclick, ``column-index-k``), static_pager |
| shell pages (iframe) | framed |
| SPA shells | ``test_crawl_walls``: spa_shell, tiny_shell → needs_render |
| static fallback order | static_stem_q, static_stem_p, static_q, static_p, static_number; drift: see below |

Block pages are tabled in ``test_crawl_walls``.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipelines.crawl.archive.fetch_log import PageKind
from schemas.site_families import ListingFamily
from tests.integration.crawl.conftest import Night, source
from tests.web import families
from tests.web.families import FamilySite
from tests.web.pages import from_pages, items, page
from tests.web.server import Site

CASES: dict[str, Callable[[], FamilySite]] = {
    "trs": families.trs,
    "trs_single_quotes_shtml": lambda: families.trs(quote="'", extension="shtml"),
    "trs_container": lambda: families.trs(container="pageList"),
    "hanweb_jpage": families.hanweb_jpage,
    "hanweb_jpage_only_page": lambda: families.hanweb_jpage(ignores_startrecord=True),
    "hanweb_annual": families.hanweb_annual,
    "hanweb_search": families.hanweb_search,
    "jpaas": families.jpaas,
    "jpaas_only_page_no": lambda: families.jpaas(only_page_no=True),
    "truecms": families.truecms,
    "truecms_wide": lambda: families.truecms(widest=50),
    "truecms_off": lambda: families.truecms(widest=0),
    "gkmlpt": families.gkmlpt,
    "gkmlpt_index": lambda: families.gkmlpt(12, index=True),
    "nfcms": families.nfcms,
    "vsb": families.vsb,
    "vsb_pager": lambda: families.vsb(pager_links=True),
    "epoint": families.epoint,
    "epoint_from_one": lambda: families.epoint(first_index=1),
    "epoint_params": lambda: families.epoint(first_index=1, wants_params=True),
    "anhui": families.anhui,
    "anhui_in_page": lambda: families.anhui(label_service=False),
    "ucap": families.ucap,
    "chengdu": families.chengdu,
    "static_stem_q": lambda: families.static(first="ndbg.html", template="ndbg_{q}.html"),
    "static_stem_p": lambda: families.static(first="ndbg.htm", template="ndbg_{p}.htm"),
    "static_q": families.static,
    "static_p": lambda: families.static(template="index_{p}.html"),
    "static_number": lambda: families.static(template="{p}"),
    "static_pager": families.static_pager,
    "framed": families.framed,
}


@pytest.mark.parametrize("name", CASES)
def test_a_family_is_read_to_its_last_article_and_no_article_twice(
    name: str, serve: Callable[..., Site], night: Night
) -> None:
    family = CASES[name]()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    assert {capture.url for capture in night.captures()} == {site.url(path) for path in family.articles}
    night.crawl(source(site, family.column))
    asked = [path for path in site.paths() if path in set(family.articles)]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    "name", ["jpaas", "gkmlpt", "epoint", "anhui", "hanweb_jpage", "hanweb_search", "truecms", "trs"]
)
def test_a_new_article_is_found_on_the_second_night(name: str, serve: Callable[..., Site], night: Night) -> None:
    """Tempting: take an unchanged first page as an unchanged list. The first page of these families is a shell."""
    first = 2 if name == "trs" else 12  # trs counts pages; the others stay on their first page, where news appears
    build = getattr(families, name)
    before, after = build(first), build(first + 1)
    site = serve(before.handle)
    night.crawl(source(site, before.column))
    site.handle = after.handle
    night.crawl(source(site, after.column))
    assert {capture.url for capture in night.captures()} == {site.url(path) for path in after.articles}


def test_a_list_that_grew_behind_an_unchanged_first_page_is_found_by_the_deep_look(
    serve: Callable[..., Site], night: Night
) -> None:
    before, after = families.static(2), families.static(3)
    site = serve(before.handle)
    night.crawl(source(site, before.column))
    site.handle = after.handle
    night.crawl(source(site, after.column))
    assert len(night.captures()) == len(before.articles)
    night.crawl(source(site, after.column), deep_list_interval=timedelta(0))
    assert len(night.captures()) == len(after.articles)


def test_a_guessed_page_of_another_column_is_not_followed(serve: Callable[..., Site], night: Night) -> None:
    """Page two must bring new reports under the paths of page one, or the guess has drifted into another column."""
    drift = {
        "/xxgk/ndbg/": page(items(["/xxgk/ndbg/2024/1.html"])),
        "/xxgk/ndbg/index_1.html": page(items(["/xxgk/gzdt/2024/7.html"], 7)),
    }
    site = serve(from_pages(drift, reports_at="/xxgk/"))
    night.crawl(source(site, "/xxgk/ndbg/"))
    assert [capture.url for capture in night.captures()] == [site.url("/xxgk/ndbg/2024/1.html")]


def test_the_named_family_wins_over_the_fingerprint(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column, listing=ListingFamily.VSB))
    listed = [record.url for record in night.records() if record.kind is PageKind.LIST]
    assert listed == [site.url(family.column)]  # read as VSB, the TRS pager means nothing
