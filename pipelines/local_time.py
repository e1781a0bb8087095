"""Moments for people: one spelling wherever a person reads them."""

from datetime import UTC, datetime


def local_time(moment: datetime, *, seconds: bool = False) -> str:
    """A moment as the operator's clock shows it, with the distance to UTC: ``2026-11-28 03:50 +08:00``."""
    here = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
    offset = here.strftime("%z")
    return f"{here:{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}} {offset[:3]}:{offset[3:5]}"
