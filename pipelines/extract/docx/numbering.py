"""Automatic numbers of Word paragraphs. A heading typed as a list item prints 一、 although no run holds it."""

from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand",
}  # fmt: skip
_MAX_LEVELS = 9
_Level = tuple[str, str, int]  # number format, text such as "%1、", start


class Numbering:
    """Counts list paragraphs in document order and prints their labels."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._abstract: dict[str, str] = {}
        if numbering is not None:
            self._load(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            reference = _reference(style)
            if reference is not None:
                self._by_style[style.get(f"{W}styleId", "")] = reference

    def label(self, paragraph: Element) -> str:
        """The printed number of a list paragraph (``一、``, ``（二）``, ``3.``), ``""`` for others. Advances the count."""
        if not self._levels:
            return ""
        reference = _reference(paragraph)
        if reference is None:
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            reference = self._by_style.get(style.get(f"{W}val", "")) if style is not None else None
        if reference is None or reference[0] == "0":
            return ""
        abstract = self._abstract.get(reference[0], "")
        levels = self._levels.get(abstract, {})
        level = reference[1]
        if level not in levels or level >= _MAX_LEVELS:
            return ""
        counters = self._counters.setdefault(abstract, [None] * _MAX_LEVELS)
        current = counters[level]
        counters[level] = levels[level][2] if current is None else current + 1
        counters[level + 1 :] = [None] * (_MAX_LEVELS - level - 1)
        return _print(levels, level, counters)

    def _load(self, numbering: Element) -> None:
        for definition in numbering.iter(f"{W}abstractNum"):
            levels = self._levels.setdefault(definition.get(f"{W}abstractNumId", ""), {})
            for level in definition.iter(f"{W}lvl"):
                index = _integer(level.get(f"{W}ilvl"), 0)
                levels[index] = (
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _integer(_value(level, "start", "1"), 1),
                )
        for instance in numbering.iter(f"{W}num"):
            self._abstract[instance.get(f"{W}numId", "")] = _value(instance, "abstractNumId", "")


def _print(levels: dict[int, _Level], level: int, counters: list[int | None]) -> str:
    number_format, text, _ = levels[level]
    if number_format in ("bullet", "none"):
        return ""
    for index in range(level + 1):
        if f"%{index + 1}" in text:
            counted = counters[index]
            form, _, start = levels.get(index, ("decimal", "", 1))
            text = text.replace(f"%{index + 1}", _number(start if counted is None else counted, form))
    return text


def _number(value: int, number_format: str) -> str:
    if number_format not in _CHINESE or not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _reference(element: Element) -> tuple[str, int] | None:
    properties = element.find(f"{W}pPr/{W}numPr")
    if properties is None:
        return None
    return _value(properties, "numId", "0"), _integer(_value(properties, "ilvl", "0"), 0)


def _value(element: Element, child: str, default: str) -> str:
    found = element.find(f"{W}{child}")
    return default if found is None else found.get(f"{W}val", default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else default
