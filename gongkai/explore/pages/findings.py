"""All findings, with filters: a list to send to the offices that published the reports."""

from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import language, page, store_of
from gongkai.explore.words import word
from schemas.vocabulary import PROVINCES, Level

FILTERS = ("province", "year", "rule", "severity", "level")
_SHOWN = 500


def show(request: Request) -> Response:
    """``/findings``, with ``?province= year= rule= severity= level=``."""
    store = store_of(request)
    asked = shaped(request.query_params, FILTERS)
    found, rules, years = store.ask("findings", **asked), store.ask("finding_rules"), store.ask("years")
    return page(
        request, "findings.html", title=word("findings", language(request)), answers=(found, rules), rows=found.rows[:_SHOWN],
        n_rows=len(found.tuples), rules=rules.rows, years=[row["report_year"] for row in years.rows], asked=asked,
        provinces=list(PROVINCES), levels=[level.value for level in Level],
    )  # fmt: skip
