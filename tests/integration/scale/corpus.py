"""A corpus of generated reports: bytes in an archive, as a crawl would have left them."""

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.crawl.archive import digest_of, resource_member
from pipelines.crawl.canonical import canonical_url, report_id
from pipelines.crawl.fetchlog import FetchRecord, PageKind
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.recorder import Entry, Recorder
from pipelines.home import Home
from tests.factory import build_case
from tests.factory.numbers import random_figures

PROVINCES = ("jiangsu", "zhejiang", "anhui", "hunan")
BEGUN = datetime(2026, 2, 1, 18, 0, tzinfo=UTC)
_YEARS = range(2021, 2026)


def pages(count: int, distinct: int = 60) -> Iterator[tuple[str, str, bytes]]:
    """(province, address, page): ``count`` reports, each with its own agency, year and figures, on ``distinct`` layouts."""
    rng = random.Random(20260131)
    moulds = [_mould(rng) for _ in range(min(distinct, count))]
    for number in range(count):
        year = _YEARS[number % len(_YEARS)]
        page = moulds[number % len(moulds)].decode()
        page = re.sub(
            "示例县|样本市|虚构镇", f"{_name(number // len(_YEARS))}县", re.sub("20(?:19|2[0-6])年", f"{year}年", page)
        )
        page = re.sub(r">(\d{1,3})<", lambda found, by=number: f">{(int(found[1]) + by) % 997}<", page)
        yield (
            PROVINCES[number % len(PROVINCES)],
            f"https://c{number % 97}.gov.cn/xxgk/{year}/{number}.html",
            page.encode(),
        )


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
