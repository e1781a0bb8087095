"""The application: which addresses there are, what an error looks like, and what every answer says to the browser."""

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gongkai.explore.pages import changes, compare, data, findings, home, organ, region, report, search, source
from gongkai.explore.parameters import WrongParameter
from gongkai.explore.rendering import page
from gongkai.explore.safety import STATIC, Guard
from gongkai.explore.store import NoSuchDataset, OtherVersion, Store, TooSlow
from gongkai.explore.words import word
from pipelines.home import Home
from pipelines.warehouse.errors import WarehouseMissing

ROUTES: Sequence[tuple[str, Callable[[Request], Response]]] = (
    ("/", home.show),
    ("/search", search.show),
    ("/report/{report_id}", report.show),
    ("/source/{report_id}/{version:int}", source.show),
    ("/source/{report_id}/{version:int}/{file:int}/page/{page:int}.png", source.pdf_page),
    ("/source/{report_id}/{version:int}/{file:int}/recognised/{number:int}.png", source.recognised),
    ("/source/{report_id}/{version:int}/{file:int}/picture", source.picture),
    ("/organ/{agency_id}", organ.show),
    ("/region/{lineage_code}", region.show),
    ("/compare", compare.show),
    ("/findings", findings.show),
    ("/changes", changes.show),
    ("/changes.atom", changes.feed),
    ("/dictionary", data.dictionary),
    ("/data/{name}.{form}", data.download),
)
"""Every page. All answer GET, and nothing else is answered."""


def application(home_folder: Home, *, hosts: Sequence[str] = ("127.0.0.1", "localhost", "[::1]")) -> Starlette:
    """The application on one data folder.

    Args:
        hosts: Names that a request may be addressed to; a page elsewhere cannot reach it under a name of its own.
    """
    app = Starlette(
        routes=[
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in ROUTES),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, hosts=frozenset(hosts))],
        exception_handlers={
            HTTPException: _http_error, WrongParameter: _wrong, NoSuchDataset: _missing, WarehouseMissing: _unavailable,
            TooSlow: _unavailable, OtherVersion: _unavailable, Exception: _failed,
        },
    )  # fmt: skip
    app.router.redirect_slashes = False  # an address is answered as it is, or not at all
    app.state.store = Store(home_folder)
    return app


def _error(request: Request, status: int, detail: str = "") -> Response:
    lang = "en" if request.query_params.get("lang") == "en" else "zh"
    heading = word(f"error_{status}", lang)
    clean = {**request.scope, "query_string": b"lang=en" if lang == "en" else b""}
    return page(Request(clean), "error.html", title=heading, detail=detail, status=status)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return Response("only GET is answered", 405, {"Allow": "GET"}, "text/plain")
    return _error(request, 404 if status == 404 else 400)


def _wrong(request: Request, error: Exception) -> Response:
    return _error(request, 400, str(error))


def _missing(request: Request, error: Exception) -> Response:
    return _error(request, 404, str(error))


def _unavailable(request: Request, error: Exception) -> Response:
    return _error(request, 503, str(error))


def _failed(request: Request, error: Exception) -> Response:
    return _error(request, 500, type(error).__name__)
