"""Search over organs, regions, titles and prose."""

from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import language, page, store_of
from gongkai.explore.words import word

_SHORTEST = 2


def show(request: Request) -> Response:
    """``/search?q=``."""
    store = store_of(request)
    words = shaped(request.query_params, ("q",)).get("q", "")
    names = ("search_organs", "search_regions", "search_titles", "search_prose")
    answers = tuple(store.ask(name, q=words) for name in names) if len(words) >= _SHORTEST else ()
    organs, regions, titles, prose = (answer.rows for answer in answers) if answers else ([], [], [], [])
    return page(
        request, "search.html", title=word("search", language(request)), answers=answers, q=words, is_short=not answers,
        organs=organs, regions=regions, titles=titles, prose=prose,
    )  # fmt: skip
