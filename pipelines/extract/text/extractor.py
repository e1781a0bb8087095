"""A flattened page saved as text: one Line a printed line, pipes kept (the reader knows what a pipe separates).

Where tabs part the cells of a line, those at its ends are kept, too: they stand for blank cells.
"""

import re

from pipelines.extract.document import Document, Line
from schemas.vocabulary import Carrier

MAX_LINES = 200_000
_EDGES = " \t\xa0\u3000\ufeff\0"
_NOT_TABS = _EDGES.replace("\t", "")
_BREAKS = re.compile("\r\n|\r|\n")  # as editors count lines


def extract_text(text: str) -> Document:
    """Split a text into its non-blank lines; evidence counts physical lines from 1, as an editor shows them."""
    physical = _BREAKS.split(text)
    lines = tuple(
        Line(line.strip(_NOT_TABS) if "\t" in line.lstrip(_EDGES) else stripped, f"text:line {number}")
        for number, line in enumerate(physical[:MAX_LINES], start=1)
        if (stripped := line.strip(_EDGES))
    )
    problem = None
    if len(physical) > MAX_LINES:
        problem = f"text has {len(physical)} lines; only the first {MAX_LINES} were read"
    elif not lines:
        problem = "text holds no printed line"
    return Document(Carrier.FLAT_TEXT, lines, problem=problem)
