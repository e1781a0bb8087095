"""A corpus of generated reports: bytes in an archive, as a crawl would have left them."""

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.crawl.archive.archive_writer import Entry, Recorder
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind
from pipelines.crawl.archive.warc import digest_of, resource_member
from pipelines.crawl.canonical_urls import canonical_url, report_id
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.home import Home
from tests.factory import build_case
from tests.factory.numbers import random_figures

PROVINCES = ("jiangsu", "zhejiang", "anhui", "hunan")
BEGUN = datetime(2026, 2, 1, 18, 0, tzinfo=UTC)
_YEARS = range(2021, 2026)


_VARIABLE = re.compile(r"(20(?:19|2[0-6])年|示例县|样本市|虚构镇|(?<=>)\d{1,3}(?=<))")


class Pages:
    """``count`` reports, each with its own agency, year and figures, on ``distinct`` layouts; made when they are asked for.

    ``pages[n]`` is (province, address, page).
    """

    def __init__(self, count: int, distinct: int = 60) -> None:
        rng = random.Random(20260131)
        self._count = count
        self._moulds = [_VARIABLE.split(_mould(rng).decode()) for _ in range(min(distinct, count))]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> tuple[str, str, bytes]:
        if not 0 <= number < self._count:
            raise IndexError(number)
        year, name = _YEARS[number % len(_YEARS)], f"{_name(number // len(_YEARS))}县"
        pieces = list(self._moulds[number % len(self._moulds)])
        for at in range(1, len(pieces), 2):  # what the expression has found; between them is what it has not
            found = pieces[at]
            pieces[at] = str((int(found) + number) % 997) if found.isdigit() else f"{year}年" if "年" in found else name
        url = f"https://c{number % 97}.gov.cn/xxgk/{year}/{number}.html"
        return PROVINCES[number % len(PROVINCES)], url, "".join(pieces).encode()


def pages(count: int, distinct: int = 60) -> Iterator[tuple[str, str, bytes]]:
    """All of :class:`Pages` in order."""
    made = Pages(count, distinct)
    yield from (made[number] for number in range(count))


def _name(number: int) -> str:
    """A number in the ten heavenly stems: digits in a name could be taken for a year."""
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


def _mould(rng: random.Random) -> bytes:
    figures = random_figures(rng, "2021", "2021", rng.choice(("small", "large")))
    return build_case(rng, "html", figures, ("word_paste", "site_chrome")[: rng.randint(0, 2)]).data


def archive(home: Home, made: Sequence[tuple[str, str, bytes]], run_id: str = "made", first: int = 0) -> None:
    """Put the pages into archive and log of ``home``, through the recorder of the crawl; ``first`` numbers the first."""
    recorders = {
        province: Recorder(home, province, run_id, CrawlPolicy(), BEGUN) for province in {p for p, _, _ in made}
    }
    for number, (province, url, body) in enumerate(made, start=first):
        at, digest = BEGUN + timedelta(seconds=number), digest_of(body)
        record = FetchRecord(
            fetch_id=f"{number:032x}", run_id=run_id, kind=PageKind.REPORT, url=url, canonical_url=canonical_url(url),
            source_id="made", province=province, fetched_at=at.isoformat(timespec="milliseconds"), outcome=Outcome.FETCHED,
            report_id=report_id(url), content_type="text/html", n_bytes=len(body), payload_digest=digest, has_payload=True,
        )  # fmt: skip
        member = resource_member(body, url, record.fetch_id, at, digest, "text/html")
        recorders[province].put(Entry(record, member))
    for recorder in recorders.values():
        recorder.close()


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
