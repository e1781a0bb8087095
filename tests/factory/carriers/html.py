"""HTML carriers: how the markup is written, from clean to broken. Tables and flattened pages share the page shell."""

import re
from html import escape
from itertools import pairwise
from random import Random
from typing import Any

from gongkai.demo.layout import PrintedCell, Row, Table
from gongkai.demo.page import Block, TableBlock
from gongkai.demo.render_html import FlatWriter, HtmlWriter, WordWriter
from tests.factory.case import Draft, variation
from tests.factory.variations.surroundings import around, usual_fields
from tests.factory.variations.unseen import annotated, last_years

_TABLES = ("html",)
_PAGES = ("html", "flat_html")
_CONTAINERS = (
    'id="zoom"', 'class="TRS_Editor"', 'id="UCAP-CONTENT"', 'class="article-content"', 'id="vsb_content"',
    'class="pages_content"', 'id="ivs_content"', 'class="xxgk_content"',
)  # fmt: skip


class FactoryWriter(HtmlWriter):
    """A writer with switches. With none of them on it is the clean writer."""

    def __init__(self, rng: Random, options: dict[str, Any], draft: Draft) -> None:
        self.rng = rng
        self.draft = draft
        self.options = options
        self.base: HtmlWriter = WordWriter() if options.get("word_paste") else HtmlWriter()

    def paragraph(self, text: str) -> str:
        return self.base.paragraph(text)

    def heading(self, text: str) -> str:
        if self.options.get("headings_in_tags"):
            return f"<h3>{self.text(text)}</h3>"
        return self.base.heading(text)

    def table(self, table: Table) -> str:
        if self.options.get("word_paste"):
            rows = "\n".join(self.row(row) for row in table)
            inner = f'<table class="MsoNormalTable" border="1"><tbody>{rows}</tbody></table>'
        elif self.options.get("thead_and_th"):
            inner = self._with_thead(table)
        else:
            inner = super().table(table)
        if self.options.get("nested_layout"):
            return f'<table width="100%"><tr><td>&nbsp;</td></tr><tr><td align="center">{inner}</td></tr></table>'
        return inner

    def _with_thead(self, table: Table) -> str:
        first = next((i for i, row in enumerate(table) if any(c.key for c in row)), 0)
        head = "".join(self.row(row) for row in table[:first]).replace("<td", "<th").replace("</td>", "</th>")
        rows = "".join(self.row(row) for row in table[first:])
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"

    def row(self, row: Row) -> str:
        close = "" if self.options.get("unclosed_tags") else "</tr>"
        return "<tr>" + "".join(self.cell(cell) for cell in row) + close + "\n"

    def cell(self, cell: PrintedCell) -> str:
        close = "" if self.options.get("unclosed_tags") else "</td>"
        space = "\n\t\t  " if self.options.get("loose_whitespace") else ""
        return f"<td{self.spans(cell)}>{space}{annotated(self.draft, cell, self.cell_content(cell))}{space}{close}"

    def spans(self, cell: PrintedCell) -> str:
        if self.options.get("odd_span_spelling"):
            return f" COLSPAN={cell.colspan} rowSpan='{cell.rowspan}' width=64"
        return super().spans(cell)

    def cell_content(self, cell: PrintedCell) -> str:
        if not cell.text and self.options.get("nbsp_for_empty"):
            return "&nbsp;"
        if self.options.get("digits_over_spans") and cell.key and len(cell.text) > 1:
            return self._cut_digits(cell.text)
        if self.options.get("word_paste"):
            return self.base.cell_content(cell)
        inner = super().cell_content(cell)
        return f"<div><p>{inner}</p></div>" if self.options.get("paragraph_in_cell") and "<p>" not in inner else inner

    def _cut_digits(self, text: str) -> str:
        """Word splits a number where its revision history does: 1|14|069 in three runs."""
        at = sorted({0, self.rng.randrange(1, len(text)), len(text)})
        runs = [text[a:b] for a, b in pairwise(at)]
        return "".join(f'<span lang="EN-US"><font size="2">{escape(run)}</font></span>' for run in runs)

    def text(self, text: str) -> str:
        marked = super().text(text)
        if self.options.get("entities"):
            return re.sub(r"[一-龥]", lambda m: f"&#{ord(m[0])};" if self.rng.random() < 0.2 else m[0], marked)
        return marked


class FactoryFlatWriter(FlatWriter):
    """Cells as paragraphs, ``div``s or lines broken by ``<br>``."""

    def __init__(self, rng: Random, options: dict[str, Any]) -> None:
        self.rng = rng
        self.options = options

    def text(self, text: str) -> str:
        return HtmlWriter.text(self, text)

    def table(self, table: Table) -> str:
        cells = [p for row in table for cell in row for p in cell.text.split("\n\n")]
        how = self.options.get("flat_markup", "p")
        if how == "br":
            return "<p>" + "<br/>\n".join(self.lines(cell) for cell in cells) + "</p>"
        return "\n".join(f"<{how}>{self.lines(cell)}</{how}>" for cell in cells)


def html_bytes(draft: Draft) -> bytes:
    """The whole page, encoded as the draft's options say."""
    writer: HtmlWriter = (
        FactoryWriter(draft.rng, draft.options, draft)
        if draft.carrier == "html"
        else FactoryFlatWriter(draft.rng, draft.options)
    )
    inner = "\n".join(_block(writer, block, draft) for block in draft.blocks)
    charset = {"gb18030": "gb2312", "utf-8-sig": "utf-8"}.get(draft.options.get("encoding", ""), "utf-8")
    container = draft.options.get("container", _CONTAINERS[0])
    around_it = around(draft)
    fields = around_it.fields if around_it.fields is not None else [usual_fields(draft)]
    above, inside, foot = map(_lines, (around_it.above, around_it.inside, around_it.foot))
    page = (
        f"<!DOCTYPE html><html>{_head(draft, charset)}\n<body>{draft.options.get('chrome_before', '')}{above}"
        f"<h1>{escape(draft.title)}</h1>{''.join(f'<p>{escape(text)}</p>' for text in fields)}\n"
        f"<div {container}>\n{inner}\n{inside}</div>{foot}{draft.options.get('chrome_after', '')}</body></html>"
    )
    return page.encode(draft.options.get("encoding", "utf-8"))


def _head(draft: Draft, charset: str) -> str:
    around_it = around(draft)
    tags = {"ArticleTitle": around_it.article_title or draft.title}
    if around_it.has_meta:
        tags["PubDate"] = draft.published.isoformat() if draft.published else ""
    if around_it.site_name:
        tags["SiteName"] = around_it.site_name
    meta = "\n".join(f'<meta name="{name}" content="{escape(text)}">' for name, text in tags.items())
    title = escape(around_it.page_title or draft.title)
    return f'<head><meta charset="{charset}"><title>{title}</title>\n{meta}</head>'


def _lines(items: list[tuple[str, str]]) -> str:
    """Lines around the report: links in a list, other lines as paragraphs."""
    marked = (
        f'<li><a href="{href}">{escape(text)}</a></li>' if href else f"<p>{escape(text)}</p>" for text, href in items
    )
    return "\n".join(marked)


def _block(writer: HtmlWriter, block: Block, draft: Draft) -> str:
    if isinstance(block, TableBlock) and "hidden_copy" in draft.options:
        template, is_before = draft.options.pop("hidden_copy")
        copy = template.format(writer.table(last_years(block.table, draft.rng)))
        shown = _block(writer, block, draft)
        draft.options["hidden_copy"] = (template, is_before)
        return f"{copy}{shown}" if is_before else f"{shown}{copy}"
    if isinstance(block, TableBlock) and draft.options.get("comments"):
        return f"<!--[if !supportLists]--><!--{escape(draft.title)} 0 0 0-->{writer.block(block)}<!--[endif]-->"
    return writer.block(block)


def _switch(draft: Draft, name: str, value: object = True) -> bool:
    draft.options[name] = value
    return True


@variation("writer", "Word and WPS paste", _TABLES)
def word_paste(draft: Draft) -> bool:
    return _switch(draft, "word_paste")


@variation("writer", "all pages inside a layout table", _TABLES)
def nested_layout(draft: Draft) -> bool:
    return _switch(draft, "nested_layout")


@variation("writer", "broken markup: td and tr never closed", _TABLES, excludes=("nested_layout", "thead_and_th"))
def unclosed_tags(draft: Draft) -> bool:
    return _switch(draft, "unclosed_tags")


@variation(
    "writer", "modern editors: thead and th", _TABLES, excludes=("word_paste", "cut_in_two", "stacked_blocks_apart")
)
def thead_and_th(draft: Draft) -> bool:
    return _switch(draft, "thead_and_th")


@variation("writer", "domain: a number cut over several spans", _TABLES)
def digits_over_spans(draft: Draft) -> bool:
    return _switch(draft, "digits_over_spans")


@variation("writer", "&nbsp; in empty cells", _TABLES)
def nbsp_for_empty(draft: Draft) -> bool:
    return _switch(draft, "nbsp_for_empty")


@variation("writer", "every cell holds a paragraph", _TABLES, excludes=("word_paste",))
def paragraph_in_cell(draft: Draft) -> bool:
    return _switch(draft, "paragraph_in_cell")


@variation("writer", "source formatted with line breaks inside cells", _TABLES)
def loose_whitespace(draft: Draft) -> bool:
    return _switch(draft, "loose_whitespace")


@variation("writer", "unquoted, upper-case, always written spans", _TABLES)
def odd_span_spelling(draft: Draft) -> bool:
    return _switch(draft, "odd_span_spelling")


@variation("writer", "numeric character references", _TABLES)
def entities(draft: Draft) -> bool:
    return _switch(draft, "entities")


@variation("writer", "headings as h3", _TABLES)
def headings_in_tags(draft: Draft) -> bool:
    return _switch(draft, "headings_in_tags")


@variation("writer", "conditional comments with numbers in them", _PAGES)
def comments(draft: Draft) -> bool:
    return _switch(draft, "comments")


@variation("writer", "gb2312 that is gb18030, utf-8 with a BOM", _PAGES)
def other_encoding(draft: Draft) -> bool:
    return _switch(draft, "encoding", draft.rng.choice(("gb18030", "utf-8-sig")))


@variation("writer", "article containers", _PAGES)
def other_container(draft: Draft) -> bool:
    return _switch(draft, "container", draft.rng.choice(_CONTAINERS))


@variation("writer", "weather, frozen dates, counters around the article", _PAGES)
def site_chrome(draft: Draft) -> bool:
    draft.options["chrome_before"] = (
        '<div class="top">2019年12月3日 星期二 <span>晴 12℃</span></div><table class="nav"><tr><td>首页</td>'
        "<td>政务公开</td><td>0</td></tr></table>"
    )
    draft.options["chrome_after"] = (
        '<table class="foot"><tr><td>访问量</td><td>10866</td></tr><tr><td>总计</td><td>42</td></tr></table>'
        "<p>扫一扫在手机打开当前页</p>"
    )
    return True


@variation("writer", "flattened cells as div, or as one paragraph with br", ("flat_html",))
def flat_markup(draft: Draft) -> bool:
    return _switch(draft, "flat_markup", draft.rng.choice(("div", "br")))
