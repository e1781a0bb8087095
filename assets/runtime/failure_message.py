"""Why a run failed, in one line: the same words on the command line, in ``gongkai status`` and in an alert."""

from collections.abc import Sequence
from pkgutil import resolve_name

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from schemas.errors import GongkaiError

_INTERRUPTED = "DagsterExecutionInterruptedError"


def first_failure(events: Sequence[dg.DagsterEvent]) -> tuple[str, str]:
    """Why a run failed, in one line, and the traceback: from its first failed step, else from the run."""
    for event in events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.error is not None:
                description = data.user_failure_data.description if data.user_failure_data else None
                return f"{event.step_key}: {description or reason_of(data.error)}", data.error.to_string()
    for event in events:
        error = getattr(event.event_specific_data, "error", None)
        if error is not None:
            return reason_of(error), error.to_string()
        if event.is_failure and event.message:
            return event.message, ""
    return "the run failed without saying why; start again with --debug", ""


def is_interruption(event: dg.DagsterEvent) -> bool:
    """Whether a step failed because Dagster was told to stop."""
    error = event.step_failure_data.error if event.is_step_failure else None
    while error is not None:
        if error.cls_name == _INTERRUPTED:
            return True
        error = error.cause
    return False


def reason_of(error: SerializableErrorInfo) -> str:
    """The innermost error, in one line, without Dagster's wrappers."""
    while error.cause is not None:
        error = error.cause
    message = error.message.strip()
    name, _, text = message.partition(": ")
    lines = (text or name).splitlines()
    first = next((line.strip() for line in lines if line.strip()), name)
    # Expected errors have complete messages; other exceptions need their class name.
    return first if _is_expected(name) or not text else f"{name.rpartition('.')[2]}: {first}"


def _is_expected(name: str) -> bool:
    """Is the class of this full name one of ours, or of Dagster's own? The error itself was raised in another process."""
    try:
        found = resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return False
    return isinstance(found, type) and issubclass(found, (GongkaiError, dg.DagsterError))
