"""Errors of the warehouse. Each message is one line that says what to do."""

from schemas.errors import GongkaiError


class WarehouseError(GongkaiError):
    """Base of the errors of the warehouse; ``str(error)`` is one line for the operator."""


class WarehouseMissing(WarehouseError):
    """There is no published warehouse yet."""


class VerificationFailed(WarehouseError):
    """The new build contradicts its inputs; the published file was kept."""


class QueryRefused(WarehouseError):
    """The statement is not a read of the warehouse, or it is wrong SQL."""
