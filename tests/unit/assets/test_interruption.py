"""A step that Dagster itself stopped is told from one that failed, whatever was heard of the signal until then."""

import dagster as dg
import pytest

from assets.runtime.failure_message import is_interruption


def _events(error: type[BaseException]) -> list[dg.DagsterEvent]:
    @dg.op
    def stopped() -> None:
        raise error("stop")

    @dg.job
    def job() -> None:
        stopped()

    return list(job.execute_in_process(raise_on_error=False).all_events)


@pytest.mark.parametrize(
    ("error", "expected"), [(dg.DagsterExecutionInterruptedError, True), (ValueError, False), (dg.DagsterError, False)]
)
def test_an_interruption_is_no_failure(error: type[BaseException], expected: bool) -> None:
    assert any(map(is_interruption, _events(error))) is expected
