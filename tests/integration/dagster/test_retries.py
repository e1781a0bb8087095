"""Retries: only for failures that pass by themselves, and only so often."""

from concurrent.futures.process import BrokenProcessPool

import dagster as dg
import pytest

from assets.runtime.retries import MAX_RETRIES, retry_transient


def outcome(error: BaseException, times: int) -> tuple[bool, int]:
    """Run an asset that fails so many times: whether the run succeeded, and how often the asset was tried."""
    tries: list[int] = []

    @dg.asset
    def stage(context: dg.AssetExecutionContext) -> None:
        with retry_transient(context, wait_seconds=0):
            tries.append(context.retry_number)
            if len(tries) <= times:
                raise error

    result = dg.materialize([stage], instance=dg.DagsterInstance.ephemeral(), raise_on_error=False)
    return result.success, len(tries)


@pytest.mark.parametrize(
    ("error", "times", "expected"),
    [
        (BrokenProcessPool("a worker was killed"), 1, (True, 2)),
        (ConnectionResetError("the scheduler restarts"), MAX_RETRIES, (True, MAX_RETRIES + 1)),
        (BrokenProcessPool("again and again"), 99, (False, MAX_RETRIES + 1)),
        (ValueError("a defect of the code"), 1, (False, 1)),
        (OSError(28, "No space left on device"), 1, (False, 1)),
    ],
)
def test_what_passes_is_tried_again_and_what_does_not_is_not(
    error: BaseException, times: int, expected: tuple[bool, int]
) -> None:
    assert outcome(error, times) == expected
