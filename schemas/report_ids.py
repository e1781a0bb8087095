"""Ids of reports. A document that holds several reports gives its own id to the one it is about; the further ones, in printed
order, are numbered from 2: ``0123456789abcdef-2``.

The first 16 characters are always those of the document, so the reports of one document sort, and are stored, together.
"""

import re

import polars as pl

PATTERN = r"^[0-9a-f]{16}(-[1-9][0-9]*)?$"
_LENGTH = 16


def further_report_id(document_id: str, number: int) -> str:
    """Id of the ``number``-th report of a document; the report that the document is about is number 1.

    >>> further_report_id("0123456789abcdef", 2)
    '0123456789abcdef-2'
    """
    return document_id if number == 1 else f"{document_id}-{number}"


def document_id_of(report_id: str) -> str:
    """Id of the document, which the fetch log knows, that a report stands in."""
    return report_id[:_LENGTH]


def document_ids(column: str = "report_id") -> pl.Expr:
    """``document_id_of`` over a column."""
    return pl.col(column).str.slice(0, _LENGTH)


def is_report_id(text: str) -> bool:
    """Whether a text has the shape of an id."""
    return re.match(PATTERN, text) is not None
