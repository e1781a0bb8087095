"""Versions follow content, not bytes."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.tidy.report_versions import attach_versions, number_versions

START = datetime(2026, 1, 1, tzinfo=UTC)


def documents(*contents: str, report: str = "a") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "report_id": [report] * len(contents),
            "payload_digest": [f"{report}{n}" for n in range(len(contents))],
            "content_hash": list(contents),
            "first_fetched_at": [START + timedelta(days=n) for n in range(len(contents))],
        },
        schema_overrides={"first_fetched_at": pl.Datetime("us", "UTC")},
    )


def test_new_bytes_with_the_same_content_make_no_version():
    versions = number_versions(documents("x", "x", "y"))
    assert versions.select("payload_digest", "version").rows() == [("a0", 1), ("a2", 2)]


def test_a_report_edited_and_edited_back_has_three_versions():
    assert number_versions(documents("x", "y", "x"))["version"].to_list() == [1, 2, 3]


def test_reports_are_numbered_apart():
    both = pl.concat([documents("x", "y", report="a"), documents("x", report="b")])
    assert number_versions(both).select("report_id", "version").rows() == [("a", 1), ("a", 2), ("b", 1)]


def test_rows_of_a_repeated_capture_fall_away():
    versions = number_versions(documents("x", "x", "y"))
    rows = pl.DataFrame({"report_id": ["a"] * 3, "payload_digest": ["a0", "a1", "a2"], "cell": [1, 1, 2]})
    kept, orphans = attach_versions(rows, versions, documents("x", "x", "y"))
    assert kept.select("version", "cell").rows() == [(1, 1), (2, 2)]
    assert orphans.is_empty()


def test_rows_of_no_document_are_orphans():
    rows = pl.DataFrame({"report_id": ["a", "b"], "payload_digest": ["a0", "b0"], "cell": [1, 2]})
    kept, orphans = attach_versions(rows, number_versions(documents("x")), documents("x"))
    assert (kept["cell"].to_list(), orphans["cell"].to_list()) == ([1], [2])


@settings(deadline=None)  # polars starts its threads in the first example
@given(st.lists(st.sampled_from("xyz"), min_size=1, max_size=12), st.randoms())
def test_the_order_of_the_rows_does_not_matter(contents, random):
    frame = documents(*contents)
    shuffled = frame[random.sample(range(len(contents)), len(contents))]
    assert number_versions(shuffled).equals(number_versions(frame))
    assert number_versions(frame)["version"].to_list() == list(range(1, number_versions(frame).height + 1))
