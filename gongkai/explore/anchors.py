"""Names of places: the figure in our table and the cell in the source, as ids that a link can point at."""

import re

_OTHER = re.compile(r"[^0-9A-Za-z]+")


def source_anchor(evidence: str) -> str:
    """The id of a place in the source: ``html:table[2]/tr[5]/td[3]`` → ``s-html-table-2-tr-5-td-3``. The first of several."""
    return "s-" + _OTHER.sub("-", evidence.partition(";")[0]).strip("-")


def figure_anchor(table: str, *keys: str) -> str:
    """The id of a figure: ``f-applications-received-total``."""
    return "f-" + _OTHER.sub("-", "-".join((table, *keys))).strip("-")


def parts(evidence: str) -> list[str]:
    """The places that an evidence names: a cell that a page break cuts has two."""
    return [part.strip() for part in evidence.split(";") if part.strip()]
