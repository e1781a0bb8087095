"""Reports whose tables stand in pictures, from the site to staged cells: fetched with their page, recognised within a bound a
night, kept, and gone on with by the next night."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from pipelines.crawl.outcomes import Outcome
from pipelines.execution.executor import open_executor
from pipelines.extract.picture.engine import is_installed
from pipelines.extract.picture.result import PictureReading
from pipelines.extract.picture.sources import PictureSource
from pipelines.staging import picture_recognition
from pipelines.staging.picture_recognition import Recognition, pictures_left
from pipelines.staging.province_reader import read_province
from pipelines.staging.staged_tables import staged_files
from schemas.sources import SourceKind
from tests.integration.crawl.conftest import Night, source
from tests.web.pages import from_pages, page, report
from tests.web.server import Answer, Asked, Site

PICTURES = Path(__file__).parents[3] / "unit" / "picture"
TABLE_FOUR = (PICTURES / "table-four.jpg").read_bytes()
READ = PictureReading.from_json((PICTURES / "table-four.json").read_text(encoding="utf-8"))
PRINTED = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 3]
COST = 10.0  # seconds of processor time that the stub says a picture took
with_engine = pytest.mark.skipif(
    not is_installed(), reason="text recognition is not installed (pip install 'gongkai[ocr]')"
)


class Stub:
    """Recognises every picture as table four, and says that it took ``COST`` seconds."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.spent = 0.0

    def __call__(self, picture: PictureSource) -> PictureReading:
        picture.open()
        self.asked.append(picture.key)
        self.spent += COST
        return READ

    def process_time(self) -> float:
        return self.spent


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stub:
    made = Stub()
    monkeypatch.setattr(picture_recognition, "recognise_now", made)
    monkeypatch.setattr(picture_recognition, "is_installed", lambda: True)
    monkeypatch.setattr(picture_recognition, "time", made)
    return made


def picture_page(year: int, extra: str) -> str:
    return report("甲局", year, tables=False, prose="略", extra=extra)


def picture(number: int) -> bytes:
    """Another file with the same picture."""
    return TABLE_FOUR + b"\0" * number


def archive(night: Night, serve: Callable[..., Site], n_reports: int) -> Site:
    """Crawl a list of reports, each with one picture of table four."""
    pages: dict[str, str | bytes | Answer] = {
        f"/nb/{n}.html": picture_page(2010 + n, f"<p><img src='../u/{n}.jpg'></p>") for n in range(n_reports)
    }
    pages |= {f"/u/{n}.jpg": Answer(picture(n), headers={"Content-Type": "image/jpeg"}) for n in range(n_reports)}
    pages["/nb/"] = page(
        "".join(
            f"<li><a href='/nb/{n}.html'>甲县甲局{2010 + n}年政府信息公开工作年度报告</a></li>"
            for n in range(n_reports)
        )
    )
    site = serve(from_pages(pages, reports_at="/none/"))
    night.crawl(source(site, "/nb/"))
    return site


def staged(night: Night, table: str) -> pl.DataFrame:
    return pl.read_parquet(staged_files(night.home, table, "jiangsu"))


def read(night: Night, seconds: float, executor: Executor | None = None) -> Recognition:
    recognition = Recognition(seconds)
    read_province(night.home, "jiangsu", executor, recognition=recognition)
    return recognition


def test_the_pictures_of_a_report_are_archived_with_its_page(serve: Callable[..., Site], night: Night) -> None:
    shown = (
        "<p><img src='/u/1.jpg'></p><p><img src='u/2.jpg'><img src='/u/1.jpg'><img src='/img/logo.png'>"
        "<img src='/u/small.png' width=20><img src='http://pictures.example.com/3.jpg'>"
        "<img src='data:image/png;base64,AAAA'></p>"
    )
    site = serve(
        from_pages(
            {
                "/r/report.html": picture_page(2022, shown),
                "/u/1.jpg": Answer(TABLE_FOUR, headers={"Content-Type": "image/jpeg"}),
                "/r/u/2.jpg": Answer("", 404),
            },
            reports_at="/none/",
        )
    )
    night.crawl(source(site, "/r/report.html", kind=SourceKind.REPORT))
    assert night.outcome(site.url("/r/report.html")) == Outcome.IMAGES_ONLY
    assert night.outcome(site.url("/u/1.jpg")) == Outcome.FETCHED
    assert night.outcome(site.url("/r/u/2.jpg")) == Outcome.NOT_FOUND
    assert sorted(site.paths()) == ["/r/report.html", "/r/u/2.jpg", "/u/1.jpg"]
    (capture,) = night.captures()
    assert [item.url for item in capture.attachments] == [site.url("/u/1.jpg")]


EVERY_TABLE = "".join(f"<table><tr><td>{word}</td></tr></table>" for word in ("信息内容", *["结果维持"] * 3))
"""With the heads that ``report`` prints: as often as the three tables print them."""


@pytest.mark.parametrize("shown", ["<table><tr><td>信息内容</td><td>现行有效件数</td></tr></table>", EVERY_TABLE[46:]])
def test_a_table_in_a_picture_beside_one_in_text_is_fetched(
    shown: str, serve: Callable[..., Site], night: Night
) -> None:
    page_of_both = report("甲局", 2022, tables=False, extra=f"{shown}<p><img src='/u/1.jpg'></p>")
    answers: dict[str, str | bytes | Answer | Callable[[Asked], Answer]] = {
        "/report.html": page_of_both,
        "/u/1.jpg": Answer(TABLE_FOUR, headers={"Content-Type": "image/jpeg"}),
    }
    site = serve(from_pages(answers, reports_at="/none/"))
    night.crawl(source(site, "/report.html", kind=SourceKind.REPORT))
    assert night.outcome(site.url("/u/1.jpg")) == Outcome.FETCHED


@pytest.mark.parametrize("extra", ["<p><a href='/nb.docx'>附件：年度报告</a></p><p><img src='/u/1.jpg'></p>", ""])
def test_pictures_beside_text_tables_or_files_are_left_alone(
    extra: str, serve: Callable[..., Site], night: Night
) -> None:
    tables = "" if extra else f"{EVERY_TABLE}<p><img src='/u/1.jpg'></p>"
    site = serve(
        from_pages({"/report.html": report("甲局", 2022, tables=not extra, extra=extra + tables)}, reports_at="/none/")
    )
    night.crawl(source(site, "/report.html", kind=SourceKind.REPORT))
    assert "/u/1.jpg" not in site.paths()


def test_a_report_that_is_a_picture_is_archived(serve: Callable[..., Site], night: Night) -> None:
    site = serve(
        from_pages({"/nb/1.jpg": Answer(TABLE_FOUR, headers={"Content-Type": "image/jpeg"})}, reports_at="/none/")
    )
    night.crawl(source(site, "/nb/1.jpg", kind=SourceKind.REPORT))
    assert night.outcome(site.url("/nb/1.jpg")) == Outcome.FETCHED


def test_more_pictures_than_allowed_are_not_asked_for(serve: Callable[..., Site], night: Night) -> None:
    extra = "".join(f"<p><img src='/u/{n}.jpg'></p>" for n in range(9))
    site = serve(from_pages({"/report.html": picture_page(2022, extra)}, reports_at="/none/"))
    night.crawl(source(site, "/report.html", kind=SourceKind.REPORT), max_pictures=3)
    assert sum(path.startswith("/u/") for path in site.paths()) == 3


def test_a_bound_stops_a_night_and_the_next_goes_on(serve: Callable[..., Site], night: Night, stub: Stub) -> None:
    archive(night, serve, 5)
    first = read(night, 2.5 * COST)
    assert (first.n_recognised, first.n_left, len(stub.asked)) == (3, 2, 3)
    assert len(pictures_left(night.home, "jiangsu")) == 2
    documents = staged(night, "documents")
    assert documents.height == 5
    assert documents["extraction_status"].to_list().count("tables_are_images") == 2
    second = read(night, 100 * COST)
    assert (second.n_recognised, second.n_left) == (2, 0)
    assert len(stub.asked) == len(set(stub.asked)) == 5
    assert pictures_left(night.home, "jiangsu") == frozenset()
    cells = staged(night, "disputes")
    assert cells.height == 5 * len(PRINTED)
    assert set(cells["reading"]) == {"recognised"}
    before = {path.name: path.read_bytes() for path in staged_files(night.home, "disputes", "jiangsu")}
    third = read(night, 100 * COST)  # nothing is left: nothing is read again
    assert (third.n_recognised, third.n_left, len(stub.asked)) == (0, 0, 5)
    assert before == {path.name: path.read_bytes() for path in staged_files(night.home, "disputes", "jiangsu")}


def test_no_seconds_recognise_nothing(serve: Callable[..., Site], night: Night, stub: Stub) -> None:
    archive(night, serve, 2)
    assert (read(night, 0).n_left, stub.asked) == (2, [])
    assert "pictures_left" in set(staged(night, "findings")["rule"])


def test_what_is_kept_costs_nothing_and_a_damaged_copy_is_made_again(
    serve: Callable[..., Site], night: Night, stub: Stub
) -> None:
    archive(night, serve, 2)
    read(night, 100 * COST)
    staged_before = staged(night, "disputes")
    files = sorted(night.home.recognised.rglob("*.json"))
    assert len(files) == 2
    files[0].write_text("[", encoding="utf-8")
    for path in night.home.staged.rglob("*.parquet"):
        path.unlink()
    read(night, 1.5 * COST)
    assert len(stub.asked) == 3
    assert staged(night, "disputes").equals(staged_before)


def test_an_executor_gives_what_one_process_gives(serve: Callable[..., Site], night: Night, stub: Stub) -> None:
    archive(night, serve, 4)
    with ThreadPoolExecutor(2) as pool:
        together = read(night, 100 * COST, pool)
    assert (together.n_recognised, together.n_left) == (4, 0)
    files = {path.name: path.read_bytes() for path in staged_files(night.home, "disputes", "jiangsu")}
    for path in night.home.staged.rglob("*.parquet"):
        path.unlink()
    read(night, 100 * COST)
    assert files == {path.name: path.read_bytes() for path in staged_files(night.home, "disputes", "jiangsu")}


def test_progress_ends_at_the_number_of_documents(serve: Callable[..., Site], night: Night, stub: Stub) -> None:
    archive(night, serve, 3)
    told: list[tuple[int, int]] = []
    recognition = Recognition(100 * COST, on_progress=lambda done, total: told.append((done, total)))
    read_province(night.home, "jiangsu", recognition=recognition)
    assert told == [(1, 3), (2, 3), (3, 3)]


@with_engine
def test_the_engine_reads_a_crawled_picture_cell_by_cell(serve: Callable[..., Site], night: Night) -> None:
    archive(night, serve, 1)
    with open_executor("processes", workers=1) as pool:
        recognition = read(night, 600, pool)
    assert (recognition.n_recognised, recognition.n_left) == (1, 0)
    cells = staged(night, "disputes")
    assert set(cells["reading"]) == {"recognised"}
    assert sorted(cells["value"].cast(pl.Int64).to_list()) == sorted(PRINTED)
