"""What is known of the runs of a job that have ended."""

from dataclasses import dataclass
from datetime import datetime

from schemas.errors import GongkaiError

JOBS = ("nightly", "rebuild", "crawl_and_read")


class HistoryUnreachable(GongkaiError):
    """The run history cannot be used. The message is one line, without the password of a database."""


@dataclass(frozen=True)
class RunStatus:
    """The latest finished run of one job."""

    job: str
    run_id: str
    succeeded: bool
    ended: datetime
    reason: str = ""
    failing_since: datetime | None = None
    """End of the first failed run after the last success of the job."""
    failures: int = 0
    """Failed runs in a row."""
