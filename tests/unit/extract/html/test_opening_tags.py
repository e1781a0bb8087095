"""What the opening tags announce is never less than what the parsed tree holds."""

import random

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.extract.html.css.interest import inline_interest
from pipelines.extract.html.page.opening_tags import INLINE_TAGS, OpeningTags
from tests.factory.factory import build_case
from tests.factory.numbers import random_figures

_IMPLIED = {"html", "head", "body", "tbody", "colgroup", "tr", "p"}
_WATCHED = {"hidden", "popover", "bgcolor", "color", "text"}


def _demand_all(source: bytes) -> None:
    found = OpeningTags(source)
    names = frozenset().union(*(style.names for style in found.styles))
    texts = frozenset().union(*(style.texts for style in found.styles))
    root = LexborHTMLParser(source).root
    assert root is not None
    for node in root.css("*"):
        attributes = {key.lower(): value or "" for key, value in node.attributes.items()}
        words = {word for key in ("class", "id") for word in attributes.get(key, "").split()}
        assert node.tag in found.tags | _IMPLIED
        assert attributes.keys() & _WATCHED <= found.attributes
        assert words <= found.words
        interest = inline_interest(attributes.get("style", ""))
        assert interest.names <= names
        assert interest.texts <= texts
        if node.tag in INLINE_TAGS:
            assert words <= found.inline_words
            assert found.spaces_inline or not interest.spaces


@pytest.mark.parametrize(
    "source",
    [
        '<p>a<p title="a > b" style="display:none">70</p>',
        "<p title='\"' alt=\"x > y\" style='visibility:hidden'>70",
        "<p title=it's>a</p><b alt='1>2' hidden>70</b><i title=it's>b</i>",
        '<SPAN STYLE="font-size:0" CLASS="x y">7</SPAN><Font COLOR=#fff>1</font>',
        "<td/style=display:none>7<span/hidden>8",
        '<div alt="style=" style="display:none">7</div>',
        '<p style="color:red" style="display:none">7</p>',
        "<p\n\tstyle\n=\n'margin:1px'\n>7<em class='&#97;'>8",
        '<body text=white bgcolor="#ffffff"><s>1</s><o:p>2</o:p><p popover>3',
        "<!-- <p> --><![CDATA[<p>]]><p style='display&#58;none'>7",
        "<p <span style='display:none'>7</p>",
        "<p class=a><span class='b",
        "",
    ],
)
def test_nothing_of_the_tree_is_missed(source: str) -> None:
    _demand_all(source.encode())


@pytest.mark.parametrize("seed", range(4))
def test_nothing_of_a_report_is_missed(seed: int) -> None:
    rng = random.Random(seed)
    figures = random_figures(rng, "2021", "2021", "large")
    _demand_all(build_case(rng, "html", figures, ("word_paste", "site_chrome")).data)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_of_damaged_tags_is_missed(seed: int) -> None:
    rng = random.Random(seed)
    pieces = [
        "<p",
        "<span ",
        " style=",
        "'",
        '"',
        ">",
        "display:none",
        " hidden",
        " class=x",
        "<",
        "/",
        "=",
        " ",
        "a",
        "</p>",
    ]
    _demand_all("".join(rng.choices(pieces, k=60)).encode())
