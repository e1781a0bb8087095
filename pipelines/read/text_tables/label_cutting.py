"""Labels among the text cells of a flattened table: cells that are labels as they stand, and labels that several cells spell."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from pipelines.read.tables.label_matching import SUBTOTAL, Vocabulary, is_title
from pipelines.read.tables.values.numbers import UNITS
from pipelines.read.text_tables.line_splitting import Token
from schemas.labels import is_enumerated, normalise_label, squeeze


def is_cell(token: Token, words: Vocabulary) -> bool:
    """Whether a text is a whole cell: a known label, a header of an annex, or the unit that it prints behind a label."""
    name = normalise_label(token.text)
    return _known(token, words) or name in words.whole or name in UNITS


def labels_of(tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Labels among text cells: whole cells first, then what neighbouring cells spell together."""
    lines: dict[int, list[Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    merged = [token for row in merge_split_headers(list(lines.values()), words) for token in row]
    if all(is_cell(token, words) for token in merged):
        return merged
    pieces: list[Token] = []
    for is_corner, part in groupby(merged, key=lambda token: is_title(normalise_label(token.text), ())):
        run = list(part)
        for cells in [run] if is_corner else _from_enumerators(run):
            pieces += cells if is_corner else _spelled(cells, words)
    return pieces


def _from_enumerators(tokens: Sequence[Token]) -> list[list[Token]]:
    """The cells, parted before each that begins with an enumerator: it does not go on with what stands before it."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if parts[-1] and is_enumerated(token.text):
            parts.append([])
        parts[-1].append(token)
    return parts


def joined_at_seams(rows: list[list[Token]], words: Vocabulary) -> list[list[Token]]:
    """Rows that a line break within a cell has cut (``自然人|法人或`` over ``其他组织|总计``) become one row.

    Only where the last cell of a line and the first of the next are one label together, and not each of them alone.
    """
    joined: list[list[Token]] = []
    for row in rows:
        ends = [joined[-1][-1], row[0]] if joined and joined[-1] and row else []
        spelled = "".join(token.text for token in ends)
        is_text = bool(ends) and not any(token.is_value for token in ends)  # 无 at the end of a row says none
        if is_text and normalise_label(spelled) in words.labels and not all(_known(token, words) for token in ends):
            joined[-1][-1:] = [Token(spelled, ends[0].line), *row[1:]]
        else:
            joined.append(list(row))
    return joined


def merge_split_headers(rows: list[list[Token]], words: Vocabulary) -> list[list[Token]]:
    """Header words that go on in the next line (``结果 其他`` over ``维持 结果``) become whole labels."""
    merged: list[list[Token]] = []
    for row in rows:
        below = [token for token in row if token.text]
        upper = [i for i, token in enumerate(merged[-1]) if token.text] if merged else []
        unknown = [i for i in upper if not _known(merged[-1][i], words)]
        for above, whole in ((upper, len(upper) > 1), (unknown, len(unknown) == len(below) > 0)):
            texts = [merged[-1][i].text + token.text for i, token in zip(above, below, strict=False)]
            are_labels = (SUBTOTAL not in text and normalise_label(text) in words.labels for text in texts)
            if whole and len(texts) == len(above) and all(are_labels):
                for i, text in zip(above, texts, strict=True):
                    merged[-1][i] = Token(text, merged[-1][i].line)
                below = below[len(above) :]
                break
        else:
            below = list(row)
        if below:
            merged.append(below)
    return merged


def _known(token: Token, words: Vocabulary) -> bool:
    return token.is_value or normalise_label(token.text) in words.labels


def _spelled(tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Labels that the cells spell together; where that leaves unknown text, whole cells count before glued ones.

    本年 is a header of an annex, and half of 本年收费金额: the reading with the least unknown text is taken.
    """
    together = _cut(tokens, words)
    if all(is_cell(piece, words) for piece in together):
        return together
    readings = [_around(tokens, words, is_whole) for is_whole in (_known, is_cell)]

    def strangeness(pieces: Sequence[Token]) -> tuple[int, int]:
        strange = [piece.text for piece in pieces if not is_cell(piece, words)]
        return sum(map(len, strange)), len(strange)

    return min(readings, key=strangeness)


def _around(tokens: Sequence[Token], words: Vocabulary, is_whole: Callable[[Token, Vocabulary], bool]) -> list[Token]:
    """Cells that are whole as they stand, and what the others between them spell."""
    pieces: list[Token] = []
    rest: list[Token] = []
    for token in tokens:
        if is_whole(token, words):
            pieces += [*_cut(rest, words), token]
            rest = []
        else:
            rest.append(token)
    return pieces + _cut(rest, words)


def _cut(tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Cut glued text into labels; what stands between them stays a piece, unless it is only an enumerator."""
    if len(tokens) == 1 and is_enumerated(tokens[0].text) and not words.pattern.search(normalise_label(tokens[0].text)):
        return list(tokens)
    chars = [(char, at) for at, token in enumerate(tokens) for char in squeeze(token.text) if normalise_label(char)]
    joined = "".join(char for char, _ in chars)
    pieces: list[Token] = []
    last = 0
    for match in words.pattern.finditer(joined):
        pieces += _leftover(chars[last : match.start()], tokens, words)
        pieces.append(Token(match.group(), tokens[chars[match.start()][1]].line))
        last = match.end()
    return pieces + _leftover(chars[last:], tokens, words)


def _leftover(chars: Sequence[tuple[str, int]], tokens: Sequence[Token], words: Vocabulary) -> list[Token]:
    """What stands between labels: one piece, or its cells where one of them is a head that lost its end (商业企)."""
    cells = [("".join(char for char, _ in part), number) for number, part in groupby(chars, key=lambda char: char[1])]
    cells = _cut_heads(cells, words)
    if not any(text in words.cut_heads for text, _ in cells):
        cells = [("".join(text for text, _ in cells), cells[0][1])] if cells else []
    return [
        Token(text, tokens[number].line)
        for text, number in cells
        if not re.fullmatch(r"(?:其中)?[一二三四五六七八九十\d]{0,2}", text)
    ]


def _cut_heads(cells: Sequence[tuple[str, int]], words: Vocabulary) -> list[tuple[str, int]]:
    """The cells, two of them made one where they spell a head that lost its end (社会 over 公益组)."""
    joined: list[tuple[str, int]] = []
    for text, number in cells:
        if joined and joined[-1][0] not in words.cut_heads and joined[-1][0] + text in words.cut_heads:
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, number))
    return joined
