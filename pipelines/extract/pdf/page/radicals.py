"""CJK radicals → ideographs. PDF producers map glyphs of 民, 见, 工 to radical code points that look the same.

NFKC folds the Kangxi block (U+2F00-2FD5) only; the supplement (U+2E80-2EF3: ⺠ ⻅ ⻔ ⻓) has no decomposition and comes from
``radicals.txt``. Nothing else of the text is normalised here: what is printed stays as printed.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("radicals.txt")
_KANGXI = range(0x2F00, 0x2FD6)
_RADICAL = re.compile("[\u2e80-\u2fd5]")


def unify_radicals(text: str) -> str:
    """Replace every CJK radical by its unified ideograph."""
    return text.translate(_table()) if _RADICAL.search(text) else text


@cache
def _table() -> dict[int, str]:
    table = {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI}
    for line in _FILE.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            radical, ideograph = line.split()
            table[int(radical, 16)] = chr(int(ideograph, 16))
    return table
