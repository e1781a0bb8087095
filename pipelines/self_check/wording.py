"""How much of a text is another's, by runs of five characters (as ``marts.text_reuse`` counts), and what is repeated."""

import re

_RUN = 5
_SPACE = re.compile(r"\s")
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")


def repeated_share(text: str, other: str) -> float:
    """Shared runs of five characters in percent of all (Jaccard); 0 where one of the texts has none."""
    ours, theirs = _runs(text), _runs(other)
    shared = len(ours & theirs)
    return 100.0 * shared / (len(ours) + len(theirs) - shared) if ours and theirs else 0.0


def repeated_sentence(text: str, other: str, longest: int = 60) -> str:
    """The longest sentence of ``text`` that ``other`` holds word by word, cut to ``longest`` characters."""
    whole = _SPACE.sub("", other)
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text)]
    found = max((s for s in sentences if _SPACE.sub("", s) in whole), key=len, default="")
    return found if len(found) <= longest else found[:longest] + "…"


def _runs(text: str) -> set[str]:
    plain = _SPACE.sub("", text)
    return {plain[at : at + _RUN] for at in range(len(plain) - _RUN + 1)}
