"""The error that means "the command was called wrongly": exit status 2 instead of 1."""

from schemas.errors import GongkaiError


class WrongUsage(GongkaiError):
    """An option or argument that cannot be meant. The message says what is allowed."""
