"""Automatic numbers of Word paragraphs. A heading typed as a list item prints 一、 although no run holds it."""

from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.docx.formatting.styles import Styles
from pipelines.extract.docx.names import W, inner

_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand",
}  # fmt: skip
_MAX_LEVELS = 9


class _Level(NamedTuple):
    """How a level of a list is numbered."""

    number_format: str
    text: str  # such as "%1、"
    start: int
    has_picture: bool

    @property
    def prints(self) -> bool:
        """Whether anything stands before the paragraphs of the level."""
        return self.has_picture or bool(self.text if self.number_format != "none" else self.text.replace("%", ""))


class Numbering:
    """Counts list paragraphs in document order and prints their labels."""

    def __init__(self, numbering: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, _Level]] = {}  # by list
        self._abstract: dict[str, str] = {}
        self._counters: dict[str, list[int | None]] = {}
        if numbering is not None:
            self._load(numbering)

    def label(self, paragraph: Element) -> str:
        """The printed number of a list paragraph (``一、``, ``（二）``, ``3.``), ``""`` for others. Advances the count."""
        if not self._levels:
            return ""
        found = self._level_of(self._reference(paragraph))
        if found is None:
            return ""
        instance, level = found
        levels = self._levels[instance]
        counters = self._counters.setdefault(self._abstract.get(instance, ""), [None] * _MAX_LEVELS)
        current = counters[level]
        counters[level] = levels[level].start if current is None else current + 1
        counters[level + 1 :] = [None] * (_MAX_LEVELS - level - 1)
        return _print(levels, level, counters)

    def marks(self, reference: Element | None) -> bool:
        """Whether a paragraph with this ``numPr`` begins with a number, a bullet or a picture."""
        found = self._level_of(_read(reference))
        return found is not None and self._levels[found[0]][found[1]].prints

    def _level_of(self, reference: tuple[str, int] | None) -> tuple[str, int] | None:
        if reference is None or reference[1] >= _MAX_LEVELS or reference[1] not in self._levels.get(reference[0], {}):
            return None
        return reference

    def _reference(self, paragraph: Element) -> tuple[str, int] | None:
        direct = _read(inner(paragraph, "pPr", "numPr"))
        if direct is not None:
            return direct
        style = inner(paragraph, "pPr", "pStyle")
        return _read(self._styles.find("paragraph", style).paragraph.get("numPr"))

    def _load(self, numbering: Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}  # names of list styles
        definitions = numbering.findall(f"{W}abstractNum")
        for definition in definitions:
            name = definition.get(f"{W}abstractNumId", "")
            abstract[name] = _levels(definition)
            linked[_value(definition, "styleLink", "")] = name
        for definition in definitions:
            style = _value(definition, "numStyleLink", "")
            if style and style in linked:
                abstract[definition.get(f"{W}abstractNumId", "")] = abstract[linked[style]]
        for instance in numbering.findall(f"{W}num"):
            name, base = instance.get(f"{W}numId", ""), _value(instance, "abstractNumId", "")
            if name != "0":
                self._abstract[name] = base
                self._levels[name] = _overridden(abstract.get(base, {}), instance)


def _levels(definition: Element) -> dict[int, _Level]:
    return {_integer(level.get(f"{W}ilvl"), 0): _level(level) for level in definition.iter(f"{W}lvl")}


def _level(level: Element) -> _Level:
    return _Level(
        _value(level, "numFmt", "decimal"), _value(level, "lvlText", ""), _integer(_value(level, "start", "1"), 1),
        level.find(f"{W}lvlPicBulletId") is not None,
    )  # fmt: skip


def _overridden(levels: dict[int, _Level], instance: Element) -> dict[int, _Level]:
    """The levels of a list, which may begin elsewhere or look otherwise than its definition says."""
    found = dict(levels)
    for override in instance.findall(f"{W}lvlOverride"):
        index = _integer(override.get(f"{W}ilvl"), 0)
        own, start = override.find(f"{W}lvl"), override.find(f"{W}startOverride")
        if own is not None:
            found[index] = _level(own)
        if start is not None and index in found:
            found[index] = found[index]._replace(start=_integer(start.get(f"{W}val"), 1))
    return found


def _print(levels: dict[int, _Level], level: int, counters: list[int | None]) -> str:
    number_format, text, _, _ = levels[level]
    if number_format in ("bullet", "none"):
        return ""
    for index in range(level + 1):
        if f"%{index + 1}" in text:
            counted = counters[index]
            outer = levels.get(index)
            shown = counted if counted is not None else outer.start if outer else 1
            text = text.replace(f"%{index + 1}", _number(shown, outer.number_format if outer else "decimal"))
    return text


def _number(value: int, number_format: str) -> str:
    if number_format not in _CHINESE or not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _read(reference: Element | None) -> tuple[str, int] | None:
    """List and level that a ``numPr`` names."""
    if reference is None:
        return None
    return _value(reference, "numId", "0"), _integer(_value(reference, "ilvl", "0"), 0)


def _value(element: Element, child: str, default: str) -> str:
    found = element.find(f"{W}{child}")
    return default if found is None else found.get(f"{W}val", default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else default
