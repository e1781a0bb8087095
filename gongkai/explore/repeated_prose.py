"""Sentences of a section that stood in the same section of the year before, word for word but for figures."""

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")
_FIGURES = re.compile(r"[\d.,，％%\s]+")
_SHORTEST = 10  # characters: a heading or a phrase of the form is no repetition


@dataclass(frozen=True)
class Prose:
    """Pieces of a text, in order, each repeated or not; ``share`` is in percent of all characters."""

    pieces: tuple[tuple[str, bool], ...]
    share: float


def repeated(text: str, former: str) -> Prose:
    """Mark what ``text`` has from ``former``. Figures may differ: a sentence with this year's figures is the same sentence."""
    known = {bare for sentence in _SENTENCE.findall(former) if len(bare := _bare(sentence)) >= _SHORTEST}
    pieces: list[tuple[str, bool]] = []
    for sentence in _SENTENCE.findall(text):
        if not sentence:
            continue
        is_repeated = _bare(sentence) in known
        if pieces and pieces[-1][1] == is_repeated:
            pieces[-1] = (pieces[-1][0] + sentence, is_repeated)
        else:
            pieces.append((sentence, is_repeated))
    held = sum(len(piece) for piece, is_repeated in pieces if is_repeated)
    return Prose(tuple(pieces), round(100 * held / max(len(text), 1), 1))


def _bare(sentence: str) -> str:
    return _FIGURES.sub("", sentence)
