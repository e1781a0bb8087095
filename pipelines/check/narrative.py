"""Prose against tables: what section one says of a figure that table three or four prints."""

from collections.abc import Mapping
from typing import Any

import polars as pl


def narrative_findings(frames: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    return []
