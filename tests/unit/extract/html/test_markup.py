"""Line ends in the parsed tree: at the tags that begin or end a printed line, and at no other."""

import pytest

from pipelines.extract.html.markup import parse

BLOCKS = (
    "p", "br", "div", "li", "dd", "dt", "dl", "ul", "ol", "h1", "h6", "hr", "td", "th", "tr", "section", "center",
    "article", "aside", "address", "form", "footer", "figure", "fieldset", "nav", "main", "pre", "blockquote",
    "header", "details", "summary",
)  # fmt: skip
INLINE = (
    "span", "a", "b", "i", "u", "s", "font", "em", "strong", "small", "sub", "sup", "abbr", "label", "ins", "del",
    "o:p", "st1:date", "pq", "pv", "see", "deer", "mav", "heads", "asides",
)  # fmt: skip


def _line_ends(tag: str) -> int:
    """Line ends inside the text ``x<tag>y`` of an element that takes any child."""
    text = parse(f"<html><body><table><tr><td>x{tag}y</td></tr></table></body></html>".encode()).body
    assert text is not None
    return text.text_lexbor().strip("\n").count("\n")


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("form", ["<{}>", "</{}>", "<{} style='color:red'>", "<{}/>"])
def test_a_block_ends_the_line_in_any_case(name: str, form: str) -> None:
    for spelling in (name, name.upper(), name.title()):
        assert _line_ends(form.format(spelling)) >= 1, spelling


@pytest.mark.parametrize("name", INLINE)
def test_an_inline_tag_does_not_end_the_line(name: str) -> None:
    """Digits that an editor cut over several spans stay together; a name that only begins like a block is none."""
    for form in ("<{}>", "</{}>", "<{} class=p>"):
        assert _line_ends(form.format(name)) == 0, form
