"""Pagers that stand in the scripts of a page: calls (``createPageHTML``), variables (``countPage``), addresses put together."""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.paging.addresses import (
    NAMED,
    braces,
    file_name,
    list_extension,
    with_parameter,
    with_query,
)
from pipelines.crawl.site_families.paging.pager import Pager
from pipelines.crawl.site_families.paging.script_text import PAGE, flat
from pipelines.crawl.site_families.paging.scripts import Scripts

_HINT = re.compile(
    r"createPage|countPage|Pager\s*\(|setPage|pageCount|maxPage|PageCount|recordCount|[pP]age\w*=|cur_page"
)
_PARAMETER = re.compile(
    r"(?<![^\"'`\s<>()])([^\"'`\s<>()]*?)([?&])((?!\w*size)\w*(?:page|curr)\w*|pn)=(?:[\"'`]\s*\+|\$\{)", re.IGNORECASE
)


def _create_page(scripts: Scripts, page: Page) -> list[Pager]:
    """``createPageHTML(N, k, stem, extension)`` and ``createPage``: files count from 0. With the name of an element before
    them (UCAP) they count from 1, unless page one calls itself 0."""
    own = file_name(page.url)[1] or "index"
    found: list[tuple[bool, Pager]] = []
    for arguments in scripts.calls("createPageHTML", "createPage"):
        texts = [argument for argument in arguments if isinstance(argument, str)]
        in_element = bool(texts) and not texts[0].isdigit()
        counts, names = texts[in_element : in_element + 2], texts[in_element + 2 : in_element + 4]
        if len(texts) < 4 + in_element or not all(count.isdigit() for count in counts):
            continue
        first = 1 if in_element and int(counts[1]) > 0 else 0
        pager = _named_files(page, names[0], names[1].lstrip("."), first)
        pager = replace(pager, pages=int(counts[0]), others=((pager.template, 1 - first),))
        found.append((own.startswith(names[0]), pager))
    # A page may hold further lists with pagers of their own, such as news.
    return [pager for _, pager in sorted(found, key=lambda named: (not named[0], -named[1].pages))]


def _inline_count(scripts: Scripts, page: Page) -> list[Pager]:
    """山西, 天津: ``var currentPage = 0; var countPage = 7``, and a ``document.write`` of ``index_{k+1}``."""
    count, current = scripts.variable("countPage"), scripts.variable("currentPage")
    if count is None or current is None or not count.isdigit():
        return []
    named = NAMED.search(scripts.text)
    stem = named[1] if named else file_name(page.url)[1] or "index"
    pagers = [_named_files(page, stem, extension, 0) for extension in list_extension(page, scripts)[:3]]
    others = tuple((pager.template, pager.first) for pager in pagers[1:])
    return [replace(pagers[0], pages=int(count), others=others)]


def _pager_object(scripts: Scripts, page: Page) -> list[Pager]:
    """北京: ``Pager({size:N, current:k, prefix:'index', suffix:'html'})``, from 0."""
    found = []
    for arguments in scripts.calls("Pager"):
        said = flat(arguments[0]) if arguments else {}
        if said.get("size", "").isdigit() and said.get("prefix") and said.get("suffix"):
            pager = _named_files(page, said["prefix"], said["suffix"].strip(".&"), 0)
            found.append(replace(pager, pages=int(said["size"])))
    return found


def _script_address(scripts: Scripts, page: Page) -> list[Pager]:
    """An address with the number of the page as its last argument: ``'/content/column/1?pageIndex=' + i``."""
    for base, mark, name in _PARAMETER.findall(scripts.text):
        address = resolve_link(page.base, f"{base}{mark}") if base else page.url
        if address is not None and urlsplit(address).netloc == urlsplit(page.url).netloc and "search" not in address:
            return [Pager(with_parameter(address.rstrip("?&"), name))]
    return []


def _only_count(scripts: Scripts) -> list[Pager]:
    """How many pages there are, without a word on their addresses."""
    counts = [
        arguments[2] for arguments in scripts.calls("pagination") if arguments[:1] == ["setPage"] and len(arguments) > 2
    ]
    for key in ("pageCount", "totalPage", "totalPages"):
        counts += [flat(found).get(key) for found in scripts.objects(key)]
    counts.append(scripts.variable("maxPage", "countPage", "m_nPageCount", "pageCount", "totalPage"))
    pages = max(
        (int(count) for count in counts if isinstance(count, str) and count.isdigit() and len(count) < 6), default=0
    )
    return [Pager(pages=pages)] if pages else []


def _named_files(page: Page, stem: str, extension: str, first: int) -> Pager:
    """Files ``stem_n.extension`` beside the page."""
    folder, _, _ = file_name(page.base)
    template = urljoin(folder, f"{braces(stem)}_") + f"{PAGE}.{extension}"
    return Pager(with_query(template, page.url), first)


def script_pagers(page: Page) -> list[Pager]:
    """What the scripts of a page say of its pager, the surest first."""
    if not _HINT.search(page.scripts):
        return []
    scripts = Scripts.of(page)
    found = [*_create_page(scripts, page), *_inline_count(scripts, page), *_pager_object(scripts, page)]
    return [*found, *_script_address(scripts, page), *_only_count(scripts)]
