"""What a rule within a report is given: the staged facts of a batch of reports."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from schemas.forms.catalogue import Form

KEY = ["report_id", "payload_digest"]
PLACES = ("line", "applicant", "procedure", "outcome", "item", "metric")


class Batch(NamedTuple):
    """Reports as read.

    Attributes:
        frames: the staged tables by name.
        used: the form that each table of each report follows: report_id, payload_digest, table_name, form.
        catalogue: the forms they were read with; None: the project's.
    """

    frames: Mapping[str, pl.DataFrame]
    used: pl.DataFrame
    catalogue: tuple[Form, ...] | None = None


def places_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a row that are columns of a finding."""
    return {name: row[name] for name in PLACES if row.get(name) is not None}
