"""What a list page prints about going on: how many pages there are, and how the others are addressed.

The pager of a page may be a call in a script (``createPageHTML``), variables (``countPage``), an address that a script puts
together (``'?pageIndex=' + i``), a link with the words 下一页, or only the words 共 7 页. All are read into one ``Pager``.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.paging.forms import SentForm
from pipelines.crawl.site_families.paging.page_links import page_links
from pipelines.crawl.site_families.paging.scripts import PAGE, Scripts, flat

_EXTENSION = r"s?html?|[jt]html|jspx?|aspx?|php|do"
_HINT = re.compile(
    r"createPage|countPage|Pager\s*\(|setPage|pageCount|maxPage|PageCount|recordCount|[pP]age\w*=|cur_page"
)
_PARAMETER = re.compile(
    r"(?<![^\"'`\s<>()])([^\"'`\s<>()]*?)([?&])((?!\w*size)\w*(?:page|curr)\w*|pn)=(?:[\"'`]\s*\+|\$\{)", re.IGNORECASE
)
_NAMED = re.compile(
    rf"(?<![\w-])([A-Za-z][\w-]*)_(?:[\"'`]\s*\+[^;\n]{{0,80}}?[\"'`]|\$\{{[^}}]*\}})(?:\.|[\"']?\s*\+\s*[\"'])({_EXTENSION})\b",
    re.IGNORECASE,
)
_GAP = r"(?:\s|&nbsp;|<[^>]{0,200}>)"
_OF_PAGES = re.compile(
    rf"(?:共计?|总共|分为?)(?:{_GAP}|有|：|:){{0,6}}(\d{{1,5}}){_GAP}{{0,6}}页"
    rf"|(?<!\d)\d{{1,5}}{_GAP}{{0,6}}/{_GAP}{{0,6}}(\d{{1,5}}){_GAP}{{0,6}}页|总页数(?:{_GAP}|：|:){{0,4}}(\d{{1,5}})"
    rf"|页[次数]?(?:{_GAP}|：|:){{0,6}}\d{{1,5}}{_GAP}{{0,6}}/{_GAP}{{0,6}}(\d{{1,5}})\b"
    rf"|共(?:{_GAP}|有|计|：|:|\d|条|记录|信息|[，,；;]){{1,30}}?(?<=[，,；;\s>])(\d{{1,5}}){_GAP}{{0,6}}页"
    r"|\b[Pp]age\s*\d{1,5}\s*of\s*(\d{1,5})\b"
)
_OF_ROWS = re.compile(
    rf"共(?:{_GAP}|有|计|：|:){{0,6}}(\d{{1,6}}){_GAP}{{0,6}}条(?!评论|留言|回复|公告|新闻)"
    rf"(?:[^每]{{0,60}}每页(?:{_GAP}|显示|：|:){{0,6}}(\d{{1,4}}){_GAP}{{0,6}}条)?"
)
_COUNTED = re.compile(r"(?:total-?pages?|page-?count|data-pages)\s*=\s*[\"']?(\d{1,5})", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９／", "0123456789/")
_OPEN_ADDRESSES = ("data-url", "data-href", "data-link", "data-action")


@dataclass(frozen=True)
class Pager:
    """How a list goes on.

    ``template`` is an absolute address with ``{n}`` where the number stands; ``first`` is that number on page one.
    ``others`` are templates to try when it leads nowhere. ``following`` is the address of a printed next link,
    ``posted`` the form that it sends.
    ``pages`` counts all pages, 0 when that is not said; ``shown`` is the largest number among the links of a page: there are
    as many pages at least. ``ends``: the page prints that nothing follows. ``more`` are lists that hold further reports.
    ``is_scripted``: its 下一页 is a call of a script that names no address.
    """

    template: str = ""
    first: int = 1
    others: tuple[tuple[str, int], ...] = ()
    pages: int = 0
    shown: int = 0
    following: str = ""
    posted: SentForm | None = None
    ends: bool = False
    more: tuple[str, ...] = ()
    is_scripted: bool = False

    @property
    def promised(self) -> int:
        """How many pages there are by the word of the page."""
        return max(self.pages, self.shown)

    def addresses(self, page: int) -> list[str]:
        """Where page ``page`` (from 1) may be, best first."""
        known = [(self.template, self.first), *self.others] if self.template else []
        return list(dict.fromkeys(template.replace(PAGE, str(page - 1 + first)) for template, first in known))

    def settled_on(self, url: str, page: int) -> "Pager":
        """The same with the template that ``url`` came from as the only one."""
        for template, first in ((self.template, self.first), *self.others):
            if template and template.replace(PAGE, str(page - 1 + first)) == url:
                return replace(self, template=template, first=first, others=())
        return self

    def over(self, before: "Pager | None") -> "Pager":
        """This page's own word on the count and the next link; the address that has led here before its own."""
        if before is None:
            return self
        counted = replace(self, pages=self.pages or before.pages, shown=max(self.shown, before.shown))
        if not before.template:
            return counted
        own = [(self.template, self.first)] if self.template else []
        return replace(counted, template=before.template, first=before.first, others=(*before.others, *own))


def read_pager(page: Page, number: int = 1) -> Pager:
    """What a list page, the ``number``-th from 1, prints about the others; an empty ``Pager`` when it prints nothing."""
    links = page_links(page)
    forms = links.called if len(links.called) > 1 else {}
    pager = Pager(
        shown=max((*links.numbered, *forms), default=0), ends=links.ends, is_scripted=links.is_scripted and number == 1,
        following=links.following or links.numbered.get(number + 1, ""), 
        posted=links.posted or forms.get(number + 1),
    )  # fmt: skip
    if _HINT.search(page.scripts):
        scripts = Scripts.of(page)
        found = [*_create_page(scripts, page), *_inline_count(scripts, page), *_pager_object(scripts, page)]
        found += [*_script_address(scripts, page), *_only_count(scripts)]
        pager = _merged([pager, *found])
    if not pager.template and not pager.following:
        pager = _merged([pager, *_open_address(page)])
    if not pager.template and not pager.following:
        pager = replace(pager, following=next((url for url in links.more if _turns(page.url, url)), ""))
    more = tuple(url for url in links.more if url != pager.following)
    return replace(pager, pages=pager.pages or printed_count(page.text), more=more)


def _turns(here: str, there: str) -> bool:
    """Whether two addresses differ in numbers alone: pages of one list."""
    return here != there and _DIGITS.sub("0", here) == _DIGITS.sub("0", there)


def file_name(url: str) -> tuple[str, str, str]:
    """(folder address, stem, extension) of a page; stem and extension are empty at a directory."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    root = f"{parts.scheme}://{parts.netloc}"
    if not dot:
        return (
            f"{root}{folder}/{name}/".replace("//", "/").replace(":/", "://", 1) if name else f"{root}{folder}/",
            "",
            "",
        )
    return f"{root}{folder}/", stem, extension


def list_extension(page: Page, scripts: Scripts | None = None) -> list[str]:
    """Extensions that the files of a list may have, likeliest first: as its pager prints them, as its articles have them."""
    named = _NAMED.search(scripts.text if scripts is not None else page.scripts)
    hrefs = (node.attributes.get("href") or "" for node in page.tree.css("li a[href], td a[href], dd a[href]"))
    articles = Counter(found[1].lower() for href in hrefs if (found := re.search(rf"\.({_EXTENSION})(?:[?#]|$)", href)))
    own = file_name(page.url)[2]
    ranked = [named[2] if named else "", own, *(name for name, _ in articles.most_common(2)), "html"]
    return list(dict.fromkeys(extension for extension in ranked if extension))


def with_query(template: str, url: str) -> str:
    """A template with the query of the list it belongs to, when it has none of its own."""
    query = urlsplit(url).query
    return f"{template}?{_braces(query)}" if query and "?" not in template else template


def with_parameter(url: str, name: str) -> str:
    """The address as a template in which one argument is the number of the page."""
    parts = urlsplit(url)
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    query = urlencode([*pairs, (name, "")])
    return _braces(parts._replace(query="", fragment="").geturl()) + f"?{query}{PAGE}"


def _braces(text: str) -> str:
    return text.replace("{", "%7B").replace("}", "%7D")


def _merged(pagers: Iterable[Pager]) -> Pager:
    whole = Pager()
    for pager in pagers:
        if not whole.template and pager.template:
            whole = replace(whole, template=pager.template, first=pager.first, others=pager.others)
        whole = replace(
            whole, pages=whole.pages or pager.pages, following=whole.following or pager.following,
            posted=whole.posted or pager.posted,
            ends=whole.ends or pager.ends, shown=whole.shown or pager.shown, is_scripted=whole.is_scripted or pager.is_scripted,
        )  # fmt: skip
    return whole


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
    named = _NAMED.search(scripts.text)
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


def _open_address(page: Page) -> list[Pager]:
    """An address in an attribute that ends where the number goes: ``data-url="list.aspx?cid=5&page="``."""
    for node in page.tree.css(", ".join(f"[{name}$='=']" for name in _OPEN_ADDRESSES)):
        for name in _OPEN_ADDRESSES:
            url = resolve_link(page.base, node.attributes.get(name) or "")
            if url is not None and url.endswith("=") and urlsplit(url).netloc == urlsplit(page.url).netloc:
                return [Pager(_braces(url) + PAGE)]
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
    template = urljoin(folder, f"{_braces(stem)}_") + f"{PAGE}.{extension}"
    return Pager(with_query(template, page.url), first)


def printed_count(text: str) -> int:
    """共 7 页, 页次：1/7, 共 98 条 每页 15 条, ``totalpage="7"``; digits of full width count, too."""
    if "页" not in text and " of " not in text:
        return 0
    text = text.translate(_HALF_WIDTH)
    found = _OF_PAGES.search(text) or _COUNTED.search(text)
    if found is not None:
        return int(next(group for group in found.groups() if group))
    rows = _OF_ROWS.search(text)
    if rows is not None and rows[2] and int(rows[2]):
        return -(-int(rows[1]) // int(rows[2]))
    return 0


def printed_rows(text: str) -> int:
    """共 98 条; 0 when a page does not say."""
    rows = _OF_ROWS.search(text.translate(_HALF_WIDTH)) if "条" in text else None
    return int(rows[1]) if rows is not None else 0
