"""Every dialect and family of docs/domain/site-families.md, as its own page source prints it: all reports, and nothing else.

Recall and precision are 1.0 for each case, and the visit knows that it has seen the whole list: every page of
every list holds reports, and look-alikes stand between them.
"""

from collections.abc import Callable
from functools import partial

import pytest

from pipelines.crawl.archive.captures import list_visit_frame
from pipelines.crawl.list_visits import ListVerdict
from tests.integration.crawl.conftest import Night, source
from tests.web import clicked_lists, data_lists, printed_lists, sent_lists
from tests.web.families import FamilySite
from tests.web.server import Site

# ruff: noqa: E501 - one case a line
CASES: dict[str, Callable[[], FamilySite]] = {
    "trs_by_number": printed_lists.create_page_html,
    "trs_html_double_quotes": lambda: printed_lists.create_page_html(quote='"', ext="html"),
    "trs_in_an_old_comment": lambda: printed_lists.create_page_html(old_comment=True, ext="htm"),
    "trs_prints_0_everywhere": lambda: printed_lists.create_page_html(prints=0, n=4),
    "trs_query_kept": lambda: printed_lists.create_page_html(query="?site=7", at_directory=False),
    "titles_cut_in_the_phrase": lambda: printed_lists.cut_titles(keep=r".*政府信息公开工"),
    "titles_cut_at_the_year": lambda: printed_lists.cut_titles(keep=r".*年政"),
    "titles_cut_and_whole": lambda: printed_lists.cut_titles(keep=r".*第\d+局", attribute="title"),
    "titles_beside_their_links": printed_lists.titles_beside,
    "ucap_two_pages": lambda: printed_lists.create_page_html(element="page_div", first=1, n=2, stem="list", at_directory=False),
    "ucap_three_pages": lambda: printed_lists.create_page_html(element="paging", first=1, stem="xxgk_list", at_directory=False, rows_printed=True),
    "ucap_at_directory": lambda: printed_lists.create_page_html(element="page_div", first=1, stem="index", rows_printed=True, quote='"'),
    "ucap_counts_from_0": lambda: printed_lists.create_page_html(element="page_div", first=0, stem="list", at_directory=False),
    "ucap_news_between": lambda: printed_lists.create_page_html(element="page_div", first=1, n=6, stem="list", at_directory=False, barren=(2, 3, 5)),
    "ucap_capped": printed_lists.capped,
    "ucap_directory": printed_lists.ucap_directory,
    "one_page_is_gone": printed_lists.one_gap,
    "two_pages_are_gone": printed_lists.two_gaps,
    "create_page": lambda: printed_lists.create_page_html(call="createPage", ext="shtml"),
    "create_page_spaced": lambda: printed_lists.create_page_html(call="createPage", ext="html", quote='"', at_directory=False),
    "inline_count_shtml": printed_lists.inline_count,
    "inline_count_htm": lambda: printed_lists.inline_count(ext="htm"),
    "inline_count_not_written": lambda: printed_lists.inline_count(ext="shtml", written=False),
    "beijing_pager": printed_lists.pager_object,
    "shanghai_set_page": printed_lists.set_page,
    "counted_files": printed_lists.counted_files,
    "counted_files_at_directory": lambda: printed_lists.counted_files(at_directory=True),
    "page_argument": printed_lists.page_argument,
    "jeecms": printed_lists.jeecms,
    "jeecms_at_directory": lambda: printed_lists.jeecms(at_directory=True),
    "jeecms_without_pager": lambda: printed_lists.jeecms(at_directory=True, next_by="nothing"),
    "ilist": printed_lists.ilist,
    "ilist_counted": lambda: printed_lists.ilist(linked=False),
    "easysite": printed_lists.easysite,
    "easysite_by_click": lambda: printed_lists.easysite(by="onclick"),
    "fujian": printed_lists.fujian,
    "lonsun_content": printed_lists.lonsun_content,
    "lonsun_content_alias": lambda: printed_lists.lonsun_content(alias=True),
    "lonsun_content_without_its_script": lambda: printed_lists.lonsun_content(scripted=False),
    "lonsun_content_absolute": lambda: printed_lists.lonsun_content(absolute=True),
    "jpage_without_datastore": data_lists.jpage,
    "jpage_by_get": lambda: data_lists.jpage(form="get"),
    "jpage_only_page": lambda: data_lists.jpage(only_page=True),
    "jpage_only_page_embedded": lambda: data_lists.jpage(only_page=True, embedded=True, n=300),
    "jpage_three_units": lambda: data_lists.jpage(units=3, embedded=True),
    "jpage_old_answer": lambda: data_lists.jpage(old=True),
    "xxgk_search_object": data_lists.xxgk_search,
    "xxgk_search_form": lambda: data_lists.xxgk_search(printed="form"),
    "xxgk_search_variables": lambda: data_lists.xxgk_search(printed="variables"),
    "jpaas_units": data_lists.jpaas,
    "jpaas_uncounted": lambda: data_lists.jpaas(counted=False, quote="'", tag="当前栏目_list"),
    "jpaas_cookie": lambda: data_lists.jpaas(cookie=True, tag="移动端列表1"),
    "truecms_template": data_lists.truecms,
    "truecms_wide": lambda: data_lists.truecms(widest=50),
    "truecms_narrow": lambda: data_lists.truecms(widest=10, n=45),
    "truecms_inner_address": lambda: data_lists.truecms(inner=True),
    "gkmlpt_tree": data_lists.gkmlpt,
    "gkmlpt_classify": lambda: data_lists.gkmlpt(total="classify", quoted=True),
    "gkmlpt_uncounted": lambda: data_lists.gkmlpt(total="", prefix="/szlhq"),
    "gkmlpt_fragment": lambda: data_lists.gkmlpt(n=30, fragment="#2106"),
    "epoint_project": data_lists.epoint,
    "epoint_from_one": lambda: data_lists.epoint(first=1, named_in="/js/config.js", counted=False),
    "epoint_params": lambda: data_lists.epoint(wants_params=True, project="Epoint-MiddleForWeb", named_in="/js/page.js"),
    "epoint_in_page": lambda: data_lists.epoint(named_in="page", project="EWB-FRONT", first=1, wants_params=True),
    "lonsun_object": data_lists.lonsun_public,
    "lonsun_context": lambda: data_lists.lonsun_public(printed="context", context="/huangshanzwgk/zwgk"),
    "lonsun_meta": lambda: data_lists.lonsun_public(printed="meta"),
    "lonsun_template_literal": lambda: data_lists.lonsun_public(printed="literal"),
    **{f"lonsun_{printed}": partial(data_lists.lonsun_public, printed=printed) for printed in ("attributes", "members", "appended", "joined")},
    "lonsun_address": lambda: data_lists.lonsun_public(printed="address"),
    "lonsun_address_escaped": lambda: data_lists.lonsun_public(printed="escaped", first_in_page=True),
    "lonsun_type_3": lambda: data_lists.lonsun_public(type_="3", first_in_page=True),
    "ucap_search_variable": data_lists.ucap_search,
    "ucap_search_head": lambda: data_lists.ucap_search(channel_in="meta", path="/searchList/", double_slash=True),
    "ucap_search_address": lambda: data_lists.ucap_search(channel_in="address", path="/search/", size=10),
    "ucap_search_by_code": lambda: data_lists.ucap_search(channel_in="code", double_slash=True),
    "hunan": data_lists.hunan,
    "query_list": data_lists.query_list,
    "query_list_brackets": lambda: data_lists.query_list(printed="brackets", by="channelId[]"),
    "query_list_by_path": lambda: data_lists.query_list(printed="path", counted=False),
    "hebei_blocks": data_lists.hebei,
    "hebei_joined": lambda: data_lists.hebei(printed="joined"),
    "hebei_template_literal": lambda: data_lists.hebei(printed="literal"),
    "hebei_object": lambda: data_lists.hebei(printed="object"),
    "jpage_arguments_in_a_variable": lambda: data_lists.jpage(printed="variable"),
    "jpage_two_variables": lambda: data_lists.jpage(printed="variables"),
    "ucap_search_any_name": lambda: data_lists.ucap_search(channel_in="joined", path="/searchList/"),
    "truecms_first_rows_in_the_page": lambda: data_lists.truecms(widest=10, n=75, initial=60),
    **{f"pager_{name}": partial(clicked_lists.clicked, name) for name in clicked_lists.PAGERS},
    **{f"row_{name}": partial(clicked_lists.linked, name) for name in clicked_lists.ROWS},
    "base_href": clicked_lists.based,
    "only_the_year": lambda: clicked_lists.short_titles("{year}年"),
    "only_year_and_report": lambda: clicked_lists.short_titles("{year}年年报"),
    "only_the_organ": lambda: clicked_lists.short_titles("{organ}"),
    "titles_cut_without_government": lambda: printed_lists.cut_titles(keep=r".*(?=政府信息公开)", then="信息公开"),
    **{f"years_{what}": partial(clicked_lists.years_that_are, what) for what in ("document", "attached", "framed", "pictures", "prose")},
    "rows_in_data_of_a_script": lambda: clicked_lists.written_by_script("data"),
    "rows_written_by_a_script": lambda: clicked_lists.written_by_script("markup"),
    "frameset": clicked_lists.in_frames,
    "frame_in_a_frame": lambda: clicked_lists.in_frames("<html><body><iframe src='{}'></iframe></body></html>"),
    "frame_written_by_a_script": lambda: clicked_lists.in_frames("<html><body><script>document.write('<iframe src=\"{}\"></iframe>')</script></body></html>"),
    "frame_filled_by_a_script": lambda: clicked_lists.in_frames("<html><body><iframe id='f'></iframe><script>f.src = '{}';</script></body></html>"),
    "chinese_arguments_in_gbk": clicked_lists.in_gbk,
    "chinese_steps": printed_lists.chinese_steps,
    "two_pagers": printed_lists.two_pagers,
    "frame_beside_a_list": clicked_lists.frame_beside_a_list,
    "years_in_a_select_box": clicked_lists.years_in_a_select_box,
    "blocks_with_more": clicked_lists.blocks_with_more,
    "organs_of_groups_of_years": clicked_lists.organs_of_groups_of_years,
    **{f"form_{name}": partial(sent_lists.sent, name) for name in sent_lists.FORMS},
    **{f"source_is_{kind}": partial(sent_lists.feed, kind) for kind in ("rss", "atom", "json")},
    "odd_titles": sent_lists.odd_titles,
    "behind_more": sent_lists.behind_more,
    "more_that_is_called": sent_lists.more_that_is_called,
    "dead_pagers_in_a_frameset": lambda: sent_lists.with_dead_pagers(clicked_lists.in_frames()),
    "dead_pagers_beside_a_search": lambda: sent_lists.with_dead_pagers(data_lists.xxgk_search()),
    "dead_pagers_without_a_pager": lambda: sent_lists.with_dead_pagers(printed_lists.lonsun_content(scripted=False)),
    "rows_declared_a_download": lambda: sent_lists.as_download(data_lists.gkmlpt()),
    "pager_in_a_frame": clicked_lists.pager_in_a_frame,
    "rows_promised": sent_lists.rows_promised,
    "offsets": clicked_lists.offsets,
    "rows_in_a_string": lambda: sent_lists.parts_as_strings(data_lists.ucap_search()),
    "rows_of_units_in_a_string": lambda: sent_lists.parts_as_strings(data_lists.jpaas()),
    "rows_nested_otherwise": lambda: sent_lists.nested_otherwise(data_lists.ucap_search()),
    "moved_by_variable": lambda: clicked_lists.redirected("<script>var u = '{to}';\nwindow.top.location = u;</script>"),
    "moved_by_join": lambda: clicked_lists.redirected("<script>location.replace('/nb' + \"/list.aspx\" + '?cid=5')</script>"),
    "moved_by_quoted_refresh": lambda: clicked_lists.redirected("<META HTTP-EQUIV='refresh' CONTENT='0;url=\"{to}\"'>"),
}  # fmt: skip

VERDICTS = {
    "ucap_capped": ListVerdict.PAGES_MISSING,
    "one_page_is_gone": ListVerdict.PAGES_MISSING,
    "two_pages_are_gone": ListVerdict.PAGES_MISSING,
    "rows_promised": ListVerdict.PAGES_MISSING,
    "more_that_is_called": ListVerdict.PAGES_MISSING,
    "shanghai_set_page": ListVerdict.GUESSED,
    "counted_files": ListVerdict.GUESSED,
    "counted_files_at_directory": ListVerdict.GUESSED,
    "jeecms_without_pager": ListVerdict.GUESSED,
}
"""Where the page does not print how its pages are addressed, or prints more than there are. Else the list is known to be whole."""


@pytest.mark.parametrize("name", CASES)
def test_every_report_on_every_page_and_nothing_else(name: str, serve: Callable[..., Site], night: Night) -> None:
    built = CASES[name]()
    site = serve(built.handle)
    night.crawl(source(site, built.column))
    assert {capture.url for capture in night.captures()} == {site.url(path) for path in built.articles}
    assert list_visit_frame(night.home)["verdict"].to_list() == [VERDICTS.get(name, ListVerdict.COMPLETE)]


def test_a_list_in_a_frame_of_another_host(serve: Callable[..., Site], night: Night) -> None:
    framed = sent_lists.framed_list()
    elsewhere = serve(framed.handle)
    site = serve(sent_lists.framed_elsewhere(elsewhere.url(framed.column)).handle)
    night.crawl(source(site, "/nb/", allow_hosts=(site.authority, elsewhere.authority)))
    assert {capture.url for capture in night.captures()} == {elsewhere.url(path) for path in framed.articles}
