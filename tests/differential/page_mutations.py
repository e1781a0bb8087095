# ruff: noqa: E501 - one template a line is easier to read than a broken one
"""Pages made worse at random: figures hidden, struck, raised, moved, nested, overlaid, drawn; rows and copies hidden.

A mutation may change what a person sees or not; what is right, the browser says. Each is a template of a cell's content
(``{v}`` the figure, ``{o}`` another) or a change of the page as a whole.
"""

import re
from collections.abc import Callable
from random import Random

_FIGURE = re.compile(r"(<td[^>]*>)(\s*)(\d[\d.]{0,6})(\s*)(</td>)")
HIDES = (
    "display:none", "visibility:hidden", "opacity:0", "font-size:0", "color:transparent", "color:#fff", "color:#fefefe",
    "position:absolute;left:-9999px", "display:inline-block;width:0;overflow:hidden", "display:block;height:0;overflow:hidden",
    "position:absolute;clip:rect(0,0,0,0)", "display:inline-block;text-indent:-9999px;overflow:hidden", "clip-path:inset(50%);display:block",
    "display:inline-block;transform:scale(0)", "display:none!important", "max-height:0;overflow:hidden;display:block",
    "position:absolute;width:1px;height:1px;overflow:hidden", "color:rgba(0,0,0,.02)", "color:#333;background:#333",
    "filter:opacity(0)", "content-visibility:hidden;display:block", "position:fixed;top:-5000px", "visibility:collapse",
)  # fmt: skip
KEEPS = (
    "display:inline", "visibility:visible", "opacity:.9", "font-size:9px", "color:#fff;background:#036", "color:red", "float:none",
    "position:static;left:-9999px", "overflow:hidden;width:0", "text-indent:-9999px", "height:0;overflow:hidden", "margin:0",
    "background:#fff", "letter-spacing:.2px", "display:inline-block", "font-weight:bold", "vertical-align:middle", "clip:rect(0,0,0,0)",
)  # fmt: skip
MOVES = (
    "float:right", "position:relative;left:30px", "position:relative;top:-28px", "display:block", "margin-left:30px",
    "position:absolute", "transform:translateX(-40px)", "display:inline-block;transform:scaleX(-1)", "letter-spacing:-8px",
    "vertical-align:super", "vertical-align:sub;font-size:8px", "text-decoration:line-through", "margin-left:-30px",
    "-webkit-text-security:disc", "font-size:1px", "display:inline-block;width:60px", "padding-right:25px", "order:-1",
    "direction:rtl;unicode-bidi:bidi-override", "writing-mode:vertical-rl", "position:relative;left:-6px", "float:left",
)  # fmt: skip
CONTENT = (
    "<s>{o}</s>{v}", "<del>{o}</del><ins>{v}</ins>", "<s>{v}</s>", "{v}<sup>{o}</sup>", "{v}<sub>1</sub>", "<sup>{v}</sup>",
    "{v}<small>2</small>", "<ruby>{v}<rt>{o}</rt></ruby>", "{v}²", "{v}①", "<bdo dir=rtl>{v}</bdo>", "<span hidden>{o}</span>{v}",
    "<template>{o}</template>{v}", "<noscript>{o}</noscript>{v}", "<!--{o}-->{v}", "<script>var a={o}</script>{v}",
    "<select><option>{o}<option selected>{v}</select>", "<input value={v}>", "<input type=hidden value={o}>{v}",
    "<input type=checkbox>{v}", "<input placeholder={o}>", "<textarea rows=1 cols=8>{v}</textarea>", "<button>{v}</button>",
    "<table><tr><td>{v}</td></tr></table>", "<table><tr><td>{o}</td><td>{v}</td></tr></table>", "<svg width=40 height=20><text y=15>{v}</text></svg>",
    "<canvas width=30 height=20></canvas>", "<div><p>{v}</p></div>", "<p>{o}</p><p>{v}</p>", "{o}<br>{v}", "<ol><li>{v}</li></ol>",
    "<ul><li>{v}</li></ul>", "<details><summary>{v}</summary>{o}</details>", "<dialog>{o}</dialog>{v}", "<rp>{o}</rp>{v}",
    "<img src=x.png width=30 height=20 alt={v}>", "{v}<img src=x.png width=1 height=1>", "<math><mn>{v}</mn></math>",
    "<progress value=.5></progress>", "<script>document.write({v})</script>", "<meter value=.4></meter>", "{v}<a href='#n'>{o}</a>",
    "<div style='display:flex;flex-direction:row-reverse'><span>{o}</span><span>{v}</span></div>", "<marquee>{v}</marquee>",
    "<div style='position:relative'>{o}<div style='position:absolute;left:0;top:0;background:#fff;width:90px'>{v}</div></div>",
    "<div style='visibility:hidden'>{o}<span style='visibility:visible'>{v}</span></div>", "<font color=white>{o}</font>{v}",
    "<div style='font-size:0'>{o}<span style='font-size:14px'>{v}</span></div>", "<fieldset>{v}</fieldset>", "<q>{v}</q>",
    "<div style='width:3px;overflow:hidden;white-space:nowrap'>{v}</div>", "<label>{v}</label>", "<object>{v}</object>",
)  # fmt: skip
DOUBTS = (
    "-webkit-box-reflect:left 0", "text-emphasis:'1'", "-webkit-text-stroke:9px #fff", "filter:invert(1)", "filter:contrast(0)", "all:unset",
    "box-shadow:inset 0 0 0 50px #fff", "outline:50px solid #fff", "text-shadow:-40px 0 0 #000", "text-decoration:underline 30px #000",
    "color:contrast-color(black)", "color:rgb(calc(200 + 55) 255 255)", "color:color-mix(in srgb,red,transparent 100%)", "color:Canvas",
    "color:revert-layer", "color:bogus", "line-height:2px", "line-height:0", "text-indent:-30px", "mix-blend-mode:screen", "opacity:.2",
    "opacity:calc(1 - .99)", "font-size:min(0px,9px)", "font-size:.01em", "max-height:min(0px,5px);overflow:hidden;display:block",
    "animation:m-gone 1ms forwards", "animation:m-comes 1ms forwards", "font-family:m-font", "perspective:10px", "rotate:180deg",
    "background:linear-gradient(#000,#000)", "background:linear-gradient(#fff,#eee)", "filter:grayscale(1)", "cursor:pointer",
    "display:contents", "display:flow-root", "width:30px;overflow:hidden", "height:9px;overflow:hidden", "columns:2", "zoom:1.5",
    "direction:rtl", "text-transform:full-width", "list-style:decimal inside;display:list-item", "max-width:5px;overflow:hidden",
)  # fmt: skip
_DEFINED = "@keyframes m-gone{to{opacity:0}}@keyframes m-comes{from{opacity:0}to{opacity:1}}@font-face{font-family:m-font;src:local(serif)}"
COVERS = (
    "<div style='position:fixed;inset:0;background:#fff'></div>", "<dialog open>好</dialog>", "<dialog>好</dialog>",
    "<div style='position:fixed;inset:0;background:rgba(0,0,0,.4)'></div>", "<div style='position:absolute;inset:0;display:none'></div>",
    "<style>.m-mask{position:absolute;left:0;top:0;width:100%;height:9000px;background:#fff}</style><div class=m-mask></div>",
    "<style>body::after{content:'';position:fixed;inset:0;background:#fff}</style>",
    "<canvas style='position:absolute;left:0;top:0;width:1200px;height:9000px;background:#fff'></canvas>",
    "<div style='position:fixed;inset:0;background:#fff;z-index:-1'></div>",
    "<style title=a>m{color:red}</style><style title=b>td{color:#fff}</style>", "<noscript><style>td{color:#fff}</style></noscript>",
    "<style>@import 'data:text/css,td{color:white}';</style>", "<link rel=stylesheet href='data:text/css,td{opacity:0}'>",
)  # fmt: skip
Mutation = Callable[[str, Random], str]


def mutate(page: str, rng: Random) -> tuple[str, list[str]]:
    """Apply one to four mutations; their names, for the report of a difference."""
    names = []
    for _ in range(rng.randint(1, 4)):
        name, change = rng.choice(list(_ALL.items()))
        page, done = change(page, rng), name
        names.append(done)
    return page, names


def _in_cell(page: str, rng: Random, make: Callable[[str, str], str]) -> str:
    """Change some figures of the page."""
    share = rng.choice((0.02, 0.1, 0.5))

    def change(match: re.Match[str]) -> str:
        if rng.random() > share:
            return match[0]
        return f"{match[1]}{make(match[3], str(rng.randint(1, 99)))}{match[5]}"

    return _FIGURE.sub(change, page)


def _styled(styles: tuple[str, ...], template: str) -> Mutation:
    def change(page: str, rng: Random) -> str:
        style, tag = rng.choice(styles), rng.choice(("span", "b", "font", "div", "p", "i"))
        if rng.random() < 0.5:
            name = f"m{rng.randrange(10**6)}"
            selector = rng.choice((f".{name}", f"td .{name}", f"table {tag}.{name}", f"td>.{name}", f"[class={name}]"))
            page = _with_sheet(page, f"{selector}{{{style}}}", rng)
            return _in_cell(page, rng, lambda v, o: template.format(f"<{tag} class={name}>", f"</{tag}>", v=v, o=o))
        return _in_cell(page, rng, lambda v, o: template.format(f'<{tag} style="{style}">', f"</{tag}>", v=v, o=o))

    return change


def _with_sheet(page: str, rule: str, rng: Random) -> str:
    wrapped = rng.choice(
        ("{}", "{}", "{}", "@media screen{{{}}}", "@media print{{{}}}", "@media (max-width:600px){{{}}}", "/*{{*/{}")
    )
    sheet = f"<style>{wrapped.format(rule)}</style>"
    return page.replace("</head>", f"{sheet}</head>") if "</head>" in page else sheet + page


def _content(page: str, rng: Random) -> str:
    template = rng.choice(CONTENT)
    return _in_cell(page, rng, lambda v, o: template.format(v=v, o=o))


def _rule(page: str, rng: Random) -> str:
    """A rule for the cells, rows or columns of the page."""
    place = rng.choice(
        (
            "td",
            "tr",
            "td:nth-child(3)",
            "tr:nth-child(5)",
            "td:last-child",
            "tr:nth-child(2n) td:nth-child(4)",
            "table",
            "td *",
        )
    )
    rules = (
        *HIDES,
        *KEEPS,
        *MOVES,
        "display:flex;flex-direction:row-reverse",
        "display:block",
        "background:url(x.png)",
    )
    pseudo = rng.choice(
        (
            "",
            "",
            "",
            "::before{content:'1'}",
            "::after{content:'*'}",
            "::before{content:''}",
            "::after{content:counter(a)}",
        )
    )
    return _with_sheet(page, f"{place}{pseudo or '{' + rng.choice(rules) + '}'}", rng)


def _hidden_copy(page: str, rng: Random) -> str:
    """A copy of the tables with other figures, hidden or not, before or after the shown ones."""
    start, end = page.find("<table"), page.rfind("</table>")
    if start < 0:
        return page
    other = _FIGURE.sub(lambda m: f"{m[1]}{rng.randint(1, 999)}{m[5]}", page[start : end + 8])
    style = rng.choice(HIDES)
    copy = rng.choice(
        (f'<div style="{style}">{other}</div>', f"<div hidden>{other}</div>", f"<template>{other}</template>")
    )
    return page[:start] + copy + page[start:] if rng.random() < 0.5 else page[: end + 8] + copy + page[end + 8 :]


def _hidden_row(page: str, rng: Random) -> str:
    """A row, hidden, with other figures."""
    rows = [m for m in re.finditer(r"<tr>(?:(?!</?tr).)*?</tr>", page, re.DOTALL) if _FIGURE.search(m[0])]
    if not rows:
        return page
    row = rng.choice(rows)
    other = _FIGURE.sub(lambda m: f"{m[1]}{rng.randint(1, 999)}{m[5]}", row[0])
    hidden = other.replace("<tr>", f'<tr style="{rng.choice(HIDES)}">', 1)
    return page[: row.start()] + hidden + page[row.start() :]


def _shuffled_rows(page: str, rng: Random) -> str:
    """Rows shown in another order by the style sheet."""
    return _with_sheet(
        page,
        rng.choice(
            ("tbody{display:flex;flex-direction:column-reverse}", "tr:nth-child(4){position:relative;top:40px}")
        ),
        rng,
    )


def _doubtful(page: str, rng: Random) -> str:
    """A rule whose outcome may be hard to tell, for a part of the page; where it is the opposite, the page is read."""
    place = rng.choice(("td", "tr:nth-child(5)", "td:nth-child(3)", "table", "body", "#zoom", "td *", "tbody", ":root"))
    return _with_sheet(_with_sheet(page, f"{place}{{{rng.choice(DOUBTS)}}}", rng), _DEFINED, rng)


def _covered(page: str, rng: Random) -> str:
    """Something before or behind the tables that covers them, or looks as if it did."""
    cover, end = rng.choice(COVERS), page.rfind("</body>")
    start = page.find("<body") if rng.random() < 0.5 else end
    at = page.find(">", start) + 1 if start != end else end
    return page[:at] + cover + page[at:] if end > 0 else page + cover


def _foot_first(page: str, rng: Random) -> str:
    """The last row of each table stands first in the source, as its foot."""
    row = re.compile(
        r"(<table[^>]*>)((?:(?!</?table).)*)(<tr[^>]*>(?:(?!</?t(?:r|able)\b).)*</tr>)\s*(</table>)", re.DOTALL
    )
    return row.sub(r"\1<tfoot>\3</tfoot><tbody>\2</tbody>\4", page)


_ALL: dict[str, Mutation] = {
    "hidden before": _styled(HIDES, "{0}{o}{1}{v}"), "hidden behind": _styled(HIDES, "{v}{0}{o}{1}"), "all hidden": _styled(HIDES, "{0}{v}{1}"),
    "kept": _styled(KEEPS, "{0}{v}{1}"), "kept before": _styled(KEEPS, "{0}1{1}{v}"), "moved": _styled(MOVES, "{0}{v}{1}"),
    "moved before": _styled(MOVES, "{0}{o}{1}{v}"), "moved behind": _styled(MOVES, "{v}{0}{o}{1}"), "content": _content,
    "content again": _content, "rule": _rule, "hidden copy": _hidden_copy, "hidden row": _hidden_row, "rows shuffled": _shuffled_rows,
    "doubtful rule": _doubtful, "doubtful part": _styled(DOUBTS, "{0}{v}{1}"), "doubtful before": _styled(DOUBTS, "{0}{o}{1}{v}"),
    "cover": _covered, "foot first": _foot_first,
}  # fmt: skip
