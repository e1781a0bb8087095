"""Parameters of lists wherever a page has them: literals, attributes, forms, members set one by one."""

# ruff: noqa: E501 - page sources stand as sites print them

import pytest

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.paging.script_text import flat
from pipelines.crawl.site_families.paging.scripts import Scripts
from tests.web.pages import page

WAYS = {
    "literal": "<script>load({siteId: '3', type: 4})</script>",
    "attributes": "<div data-siteid='3' data-type=4></div>",
    "attributes with hyphens": '<div class="x" data-site-id="3" data-type="4"></div>',
    "members": "<script>var o = {}; o.siteId = '3'; o['type'] = 4; load(o)</script>",
    "members of a new object": "<script>var o = new Object();\no.siteId = '3';\no.type = 4;</script>",
    "appended": "<script>var f = new URLSearchParams(); f.append('siteId', '3'); f.set('type', 4);</script>",
    "a form": "<form action='/list.jsp'><input name=siteId value=3><input name=type value=4></form>",
    "attributes that a script reads": "<div id=a data-site='3' data-kind='4'></div><script>load({siteId: $('#a').data('site'), type: a.attr('data-kind')})</script>",
}  # fmt: skip
NOT_DATA = {
    "a comment": "<!-- <div data-siteid='3' data-type=4></div> -->",
    "a link": "<a data-siteid='3' data-type=4>x</a>",
    "an object that is not empty": "<script>var o = other(); o.siteId = '3'; o.type = 4;</script>",
}


def _found(body: str) -> list[dict[str, str]]:
    scripts = Scripts.of(Page("http://a.gov.cn/", page(body).encode(), "text/html"))
    return [
        {key: said[key] for key in ("siteId", "type") if key in said} for said in map(flat, scripts.objects("siteId"))
    ]


@pytest.mark.parametrize("body", WAYS.values(), ids=WAYS)
def test_parameters_are_found(body: str) -> None:
    assert {"siteId": "3", "type": "4"} in _found(body)


@pytest.mark.parametrize("body", NOT_DATA.values(), ids=NOT_DATA)
def test_what_is_no_parameter(body: str) -> None:
    assert _found(body) == []
