"""Lines that strike figures out, and the strips of a page in which they are looked up."""

from collections import defaultdict
from collections.abc import Sequence

from pipelines.extract.pdf.objects.strokes import Stroke
from pipelines.extract.pdf.page.content import DESCENT, Box, Char, Rule

STRIP = 24.0  # points: runs and rules are kept by the strip of the page that they lie in
_LAST_STRIP = 2_000
_STRIKE = (0.12, 0.56)  # of the size above the base line: a rule there runs through a digit
_STRUCK = 0.5  # of a character's width


class Strikes:
    """Lines that may run through a figure. Only figures are struck out: a rule through a label is a rule."""

    def __init__(self, rules: Sequence[Rule], slanted: Sequence[Stroke]) -> None:
        self._by_strip: dict[int, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._by_strip[int(rule.at // STRIP)].append(rule)
        self._slanted = slanted
        self._levels: dict[tuple[float, float], list[Rule]] = {}

    def near(self, char: Char) -> bool:
        """Runs a line through the characters that stand level with this one, somewhere on the page?"""
        return bool(self._slanted or self._through(char))

    def cross(self, char: Char) -> bool:
        """Runs a line through this character?"""
        wide = char.x1 - char.x0
        if any(min(rule.end, char.x1) - max(rule.start, char.x0) >= _STRUCK * wide for rule in self._through(char)):
            return True
        return any(_meets(stroke, core_of(char)) for stroke in self._slanted)

    def _through(self, char: Char) -> list[Rule]:
        key = (char[2], char[4])
        rules = self._levels.get(key)
        if rules is None:
            size = char.bottom - char.top
            base = char.bottom - DESCENT * size
            low, high = base - _STRIKE[1] * size, base - _STRIKE[0] * size
            near = (rule for strip in strips(low, high) for rule in self._by_strip.get(strip, ()))
            rules = self._levels[key] = [rule for rule in near if low <= rule.at <= high]
        return rules


def _meets(stroke: Stroke, box: Box) -> bool:
    """Does the line pass through the box? (Liang-Barsky)"""
    dx, dy = stroke.x1 - stroke.x0, stroke.y1 - stroke.y0
    start, end = 0.0, 1.0
    for step, lower, upper in (
        (dx, box.x0 - stroke.x0, box.x1 - stroke.x0),
        (dy, box.top - stroke.y0, box.bottom - stroke.y0),
    ):
        if step == 0:
            if lower > 0 or upper < 0:
                return False
            continue
        first, second = sorted((lower / step, upper / step))
        start, end = max(start, first), min(end, second)
    return start <= end


def core_of(char: Char) -> Box:
    """The part of a character's box that a digit fills."""
    wide, high = char.x1 - char.x0, char.bottom - char.top
    return Box(char.x0 + 0.15 * wide, char.top + 0.2 * high, char.x1 - 0.15 * wide, char.bottom - DESCENT * high)


def strips(top: float, bottom: float) -> range:
    """The strips of a page between two heights."""
    return range(max(0, int(top // STRIP)), min(_LAST_STRIP, int(bottom // STRIP)) + 1)
