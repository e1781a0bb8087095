"""Every site family of domain.md §4.1 is read to its last article, chosen by fingerprint alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipelines.crawl.fetchlog import PageKind
from schemas.sources import ListingFamily
from tests.integration.crawl.conftest import Night, source
from tests.web import families
from tests.web.families import FamilySite
from tests.web.server import Site

CASES: dict[str, Callable[[], FamilySite]] = {
    "trs": families.trs,
    "trs_single_quotes_shtml": lambda: families.trs(quote="'", extension="shtml"),
    "hanweb_jpage": families.hanweb_jpage,
    "hanweb_jpage_only_page": lambda: families.hanweb_jpage(ignores_startrecord=True),
    "hanweb_annual": families.hanweb_annual,
    "jpaas": families.jpaas,
    "truecms": families.truecms,
    "truecms_wide": lambda: families.truecms(widest=50),
    "gkmlpt": families.gkmlpt,
    "vsb": families.vsb,
    "vsb_pager": lambda: families.vsb(pager_links=True),
    "epoint": families.epoint,
    "epoint_from_one": lambda: families.epoint(first_index=1),
    "epoint_params": lambda: families.epoint(first_index=1, wants_params=True),
    "anhui": families.anhui,
    "static_q": families.static,
    "static_p": lambda: families.static(template="index_{p}.html"),
    "static_number": lambda: families.static(template="{p}"),
    "static_pager": families.static_pager,
    "framed": families.framed,
}


@pytest.mark.parametrize("name", CASES)
def test_a_family_is_read_to_its_last_article(name: str, serve: Callable[..., Site], night: Night) -> None:
    family = CASES[name]()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    assert {capture.url for capture in night.captures()} == {site.url(path) for path in family.articles}


@pytest.mark.parametrize("name", CASES)
def test_no_article_is_asked_for_twice(name: str, serve: Callable[..., Site], night: Night) -> None:
    family = CASES[name]()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    night.crawl(source(site, family.column))
    asked = [path for path in site.paths() if path in set(family.articles)]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("name", ["jpaas", "gkmlpt", "epoint", "anhui", "hanweb_jpage", "truecms", "trs"])
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


def test_the_named_family_wins_over_the_fingerprint(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column, listing=ListingFamily.VSB))
    listed = [record.url for record in night.records() if record.kind is PageKind.LIST]
    assert listed == [site.url(family.column)]  # read as VSB, the TRS pager means nothing
