"""Errors of executors."""

from schemas.errors import GongkaiError


class ExecutorError(GongkaiError):
    """The cluster cannot be used, or lost work for good. The message is one line and says what to do."""


class WrongVersion(ExecutorError):
    """A worker runs another version of the code, so its results would not be those of this machine."""
