"""What `gongkai status` says of failing sources: which, since when, why, what to do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from pipelines.crawl.archive.log_frames import FETCH_COLUMNS
from pipelines.crawl.crawl_status import failing_sources
from pipelines.crawl.outcomes import Outcome
from schemas.sources import Source

MONDAY = datetime(2026, 3, 2, 18, tzinfo=UTC)


def source(name: str, **overrides: Any) -> Source:
    return Source.model_validate({"id": name, "url": f"http://{name}.gov.cn/nb/", "province": "jiangsu", **overrides})


def fetch(name: str, day: int, outcome: Outcome, path: str = "/nb/", message: str = "") -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(FETCH_COLUMNS)
    return row | {
        "url": f"http://{name}.gov.cn{path}", "source_id": name, "kind": "list" if path == "/nb/" else "report",
        "outcome": outcome.value, "fetched_at": MONDAY + timedelta(days=day), "message": message,
    }  # fmt: skip


def told(*fetches: dict[str, Any], sources: tuple[Source, ...]) -> list[dict[str, Any]]:
    return failing_sources(pl.DataFrame(fetches, schema=FETCH_COLUMNS), sources).to_dicts()


def test_a_source_fails_since_its_first_failure_after_the_last_good_answer() -> None:
    (row,) = told(
        fetch("a", 0, Outcome.SERVER_ERROR), fetch("a", 1, Outcome.FETCHED), fetch("a", 2, Outcome.TIMEOUT),
        fetch("a", 3, Outcome.BLOCKED_JS_CHALLENGE, message="HTTP 521"), sources=(source("a"),),
    )  # fmt: skip
    assert (row["source_id"], row["province"], row["outcome"], row["why"]) == (
        "a",
        "jiangsu",
        "blocked_js_challenge",
        "HTTP 521",
    )
    assert (row["since"], row["last_asked"]) == (MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))
    assert "gongkai import" in row["what_to_do"]


def test_a_thousand_pages_behind_one_wall_are_one_row_and_a_dead_column_comes_first() -> None:
    walled = [fetch("a", 0, Outcome.FORBIDDEN, f"/nb/{n}.html") for n in range(1000)]
    rows = told(*walled, fetch("b", 1, Outcome.NOT_FOUND), sources=(source("a"), source("b")))
    assert [(row["source_id"], row["pages"], row["url"]) for row in rows] == [
        ("b", 1, "http://b.gov.cn/nb/"),
        ("a", 1000, "http://a.gov.cn/nb/0.html"),
    ]


def test_dead_links_of_a_living_list_ask_for_nothing() -> None:
    rows = told(
        fetch("a", 0, Outcome.FETCHED), fetch("a", 0, Outcome.NOT_FOUND, "/nb/1.html"), fetch("b", 0, Outcome.NOT_FOUND),
        sources=(source("a"), source("b")),
    )  # fmt: skip
    assert {row["source_id"]: row["what_to_do"] for row in rows} == {
        "a": "nothing; the list names pages that are gone",
        "b": Outcome.NOT_FOUND.advice,
    }


def test_sources_that_are_switched_off_or_gone_do_not_fail() -> None:
    assert told(
        fetch("a", 0, Outcome.TIMEOUT), fetch("b", 0, Outcome.TIMEOUT), sources=(source("a", enabled=False),)
    ) == []  # fmt: skip


def test_every_failure_says_what_to_do_in_one_cell() -> None:
    for outcome in Outcome:
        assert outcome.is_good or 0 < len(outcome.advice) <= 60, outcome
