"""Tables that the page does not show: a copy never counts beside the shown one, and alone it counts with a finding."""

import random
from typing import Any

import pytest

from pipelines.read.reader import read_report
from tests.factory import build_case, compare
from tests.factory.numbers import random_figures


def report(seed: int) -> Any:
    """A plain page of a factory report."""
    rng = random.Random(seed)
    return build_case(random.Random(1), "html", random_figures(rng, "2021", "2021", "large"))


def body_of(data: bytes) -> str:
    text = data.decode()
    return text[text.index("<body>") + 6 : text.index("</body>")]


HIDDEN = (
    "<div style='display:none'>{}</div>", "<div hidden>{}</div>", "<div class=m>{}</div>", "<template>{}</template>", "<!--{}-->",
    "<div style='visibility:hidden'>{}</div>", "<noscript>{}</noscript>", "<div style='opacity:0'>{}</div>",
    "<div style='position:absolute;left:-9999px'>{}</div>", "<details><summary>x</summary>{}</details>", "<dialog>{}</dialog>",
    "<div style='height:0;overflow:hidden'>{}</div>", "<section id=old>{}</section>", "<script type='text/html'>{}</script>",
)  # fmt: skip
SHEET = "<style>.m,#old{display:none}</style>"


@pytest.mark.parametrize("place", HIDDEN)
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_the_shown_table_is_read_and_not_its_hidden_copy(place: str, first: bool) -> None:
    shown, other = report(1), place.format(body_of(report(2).data))
    text = shown.data.decode()
    page = (
        text.replace("<body>", f"<body>{SHEET}{other}") if first else text.replace("</body>", f"{SHEET}{other}</body>")
    )
    contract = read_report(page.encode(), url=shown.url).to_contract()
    score = compare(shown.truth, contract)
    assert score.is_safe
    assert not score.missing
    assert "table_hidden" not in {finding["rule"] for finding in contract["findings"]}


@pytest.mark.parametrize(
    "place", [place for place in HIDDEN if "template" not in place and "<!" not in place and "script" not in place]
)
def test_a_table_that_is_only_hidden_is_read_and_said_to_be(place: str) -> None:
    case = report(1)
    page = case.data.decode().replace(body_of(case.data), SHEET + place.format(body_of(case.data)))
    contract = read_report(page.encode(), url=case.url).to_contract()
    score = compare(case.truth, contract)
    assert score.is_safe
    assert not score.missing
    assert [finding["rule"] for finding in contract["findings"]].count("table_hidden") == 3
