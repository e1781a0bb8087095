# ruff: noqa: E501 - one template a line is easier to read than a broken one
"""Variations of what a person does not see, or does not read as part of a figure: hidden copies, notes, struck-out figures.

They combine with all others. A cell whose content is annotated may be refused; it is never wrong and never blank.
"""

import re
from random import Random

from gongkai.demo.layout import PrintedCell, Table
from tests.factory.case import Draft, variation

_DIGITS = re.compile(r"\d+")
_SHARE = 0.15  # of the value cells
HIDING = (
    "<div hidden>{}</div>", '<div style="display:none">{}</div>', '<div style="visibility:hidden">{}</div>',
    "<style>.u1{{display:none}}</style><div class=u1>{}</div>", "<style>#u2{{display:none!important}}</style><div id=u2>{}</div>",
    "<style>.u3{{display:none}}@media print{{.u3{{display:block}}}}</style><div class=u3>{}</div>",
    "<style>@media (min-width:768px){{.u4{{display:none}}}}</style><div class=u4>{}</div>",
    '<div style="position:absolute;left:-9999px">{}</div>', '<div style="position:absolute;clip:rect(0,0,0,0)">{}</div>',
    "<details><summary>上年</summary>{}</details>", "<template>{}</template>", "<noscript>{}</noscript>", "<!--{}-->",
    "<style>@media (max-width:300px) or (min-width:400px){{.u5{{display:none}}}}</style><div class=u5>{}</div>",
    "<style>@layer a{{.u6{{display:none!important}}}}.u6{{display:block!important}}</style><div class=u6>{}</div>",
    "<style>:root{{--a:var(--b);--b:none}}.u7{{display:var(--a)}}</style><div class=u7>{}</div>",
    '<div style="display:none;display:nonsense">{}</div>', '<div style="opacity:1%">{}</div>', '<div style="filter:opacity(1%)">{}</div>',
    '<div style="height:0;overflow:hidden">{}</div>', '<div style="opacity:0">{}</div>', "<div popover>{}</div>", "<dialog>{}</dialog>",
)  # fmt: skip
ANNOTATED = (
    "{v}<sup>{o}</sup>", "{v}<sub>1</sub>", "{v}①", "{v}²", "<s>{o}</s>{v}", "<del>{o}</del><ins>{v}</ins>", "{v}<sup>[1]</sup>",
    '<span style="text-decoration:line-through">{o}</span>{v}', "<span hidden>{o}</span>{v}", '{v}<span style="display:none">{o}</span>',
    '<span style="font-size:0">{o}</span>{v}', '<span style="color:transparent">{o}</span>{v}', '{v}<i style="color:#fff">{o}</i>',
    '<span style="position:absolute;left:-9999px">{o}</span>{v}', "<template>{o}</template>{v}", "<noscript>{o}</noscript>{v}",
    '<img src="a.png" alt="{v}">', "<select><option>{o}</option><option selected>{v}</option></select>", '<input value="{v}">',
    '<input type="hidden" value="{o}">{v}', "<table><tr><td>{v}</td></tr></table>", "<script>document.write('{v}')</script>",
    "<style>.b:before{{content:'{o}'}}</style><span class=b>{v}</span>", '<bdo dir="rtl">{v}</bdo>', "<ruby>{v}<rt>{o}</rt></ruby>",
    '<div style="position:relative">{o}<b style="position:absolute;left:0;background:#fff">{v}</b></div>', "{v}<!--{o}-->",
    "<menu>{o}</menu>{v}", "<legend>{o}</legend>{v}", "<input value={o}>{v}", "<title>{o}</title>{v}",
    '<span style="opacity:calc(0)">{o}</span>{v}', '<span style="font:italic 0px/1 a">{o}</span>{v}', '<i style="zoom:.01">{o}</i>{v}',
    "<style>.c:enabled{{display:none}}</style><span class=c>{o}</span>{v}", '<div style="display:grid"><b>{o}</b><b>{v}</b></div>',
    '<span style="display:inline-block;inline-size:0;overflow:hidden">{o}</span>{v}', '<i style="margin-left:-9999px">{o}</i>{v}',
    '<span style="display:inline-block;text-indent:-9999px;overflow:hidden">{o}</span>{v}', "<svg><text>{v}</text></svg>",
)  # fmt: skip
_RUN = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
WORD_RUNS = (
    ("<w:vanish/>", "{o}"), ('<w:color w:val="FFFFFF"/>', "{o}"), ("<w:strike/>", "{o}"), ("<w:dstrike/>", "{o}"),
    ('<w:color w:val="auto" w:themeColor="background1"/>', "{o}"), ('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>', "{o}"),
    ('<w:w w:val="1"/>', "{o}"), ('<w:color w:val="FEFEFE"/>', "{o}"), ('<w:vertAlign w:val="superscript"/>', "1"), ('<w:vertAlign w:val="subscript"/>', "2"),
)  # fmt: skip

WORD_PIECES = (
    '<w:del w:id="1"><w:r><w:delText>{o}</w:delText></w:r></w:del>', '<w:moveFrom w:id="1"><w:r><w:t>{o}</w:t></w:r></w:moveFrom>',
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>{o}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
)  # fmt: skip


def other(text: str, rng: Random) -> str:
    """The text with other figures in it: last year's."""
    return _DIGITS.sub(lambda match: str(int(match[0]) + rng.randint(1, 90)), text)


def last_years(table: Table, rng: Random) -> Table:
    """The same table with other figures."""
    return [
        [c._replace(text=other(c.text, rng) or str(rng.randint(1, 90))) if c.key else c for c in row] for row in table
    ]


def annotated(draft: Draft, cell: PrintedCell, markup: str) -> str:
    """The content of a cell, with a note or a hidden figure where the draft wants it."""
    kinds = draft.options.get("annotations")
    if not kinds or not cell.key or not cell.text.isdigit() or draft.rng.random() > _SHARE:
        return markup
    template = draft.rng.choice(kinds)
    draft.annotated.add(cell.key)
    if "position:relative" in template:  # what lies over one cell may lie over any: the whole table may be refused
        draft.annotated |= {each.key for number in draft.tables for each in draft.cells(number) if each.key}
    return str(template.format(v=cell.text, o=draft.rng.randint(1, 99)))


def annotated_runs(draft: Draft, cell: PrintedCell) -> str:
    """Runs of Word beside those of the figure: hidden, struck out or raised."""
    if (
        not draft.options.get("word_annotations")
        or not cell.key
        or not cell.text.isdigit()
        or draft.rng.random() > _SHARE
    ):
        return ""
    draft.annotated.add(cell.key)
    if draft.rng.random() < 0.4:
        return draft.rng.choice(WORD_PIECES).format(o=draft.rng.randint(1, 99))
    properties, text = draft.rng.choice(WORD_RUNS)
    return _RUN.format(properties, text.format(o=draft.rng.randint(1, 99)))


@variation("writer", "a copy of every table with last year's figures that no browser shows, before it", ("html",))
def hidden_copy_before(draft: Draft) -> bool:
    draft.options["hidden_copy"] = (draft.rng.choice(HIDING), True)
    return True


@variation("writer", "a hidden copy behind every table", ("html",), excludes=("hidden_copy_before",))
def hidden_copy_behind(draft: Draft) -> bool:
    draft.options["hidden_copy"] = (draft.rng.choice(HIDING), False)
    return True


@variation("writer", "notes, old figures, hidden text and fields beside or instead of figures", ("html",))
def annotated_cells(draft: Draft) -> bool:
    draft.options["annotations"] = draft.rng.sample(ANNOTATED, 3)
    return True


@variation("writer", "Word: hidden, struck and raised runs beside figures", ("docx",))
def annotated_word_cells(draft: Draft) -> bool:
    draft.options["word_annotations"] = True
    return True
