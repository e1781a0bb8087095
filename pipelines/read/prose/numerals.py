"""Numbers as prose prints them: digits with or without thousands separators, and Chinese numerals up to 9999."""

import re
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_WELL_FORMED = re.compile(
    "(?:(?P<thousands>[一二两三四五六七八九])千)?(?:(?P<hundreds>[一二两三四五六七八九])百)?"
    "(?:零?(?P<tens>[一二三四五六七八九]?)(?P<ten>十))?(?P<zero>[零〇])?(?P<ones>[一二两三四五六七八九])?"
)


def number(text: str) -> Decimal | None:
    """The number, or None where the numeral is no exact one: 二三 (two or three), 一百二 (120 or 102), 007."""
    plain = text.replace(",", "")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", plain):
        return None if re.match("0[0-9]", plain) else Decimal(plain)
    if text in ("零", "〇"):
        return Decimal(0)
    found = _WELL_FORMED.fullmatch(text)
    return _value(found) if found and text else None


def _value(found: re.Match[str]) -> Decimal | None:
    thousands, hundreds, tens, ones = (found[name] for name in ("thousands", "hundreds", "tens", "ones"))
    ten, zero = bool(found["ten"]), bool(found["zero"])
    if zero and (ten or not ones or not (thousands or hundreds)):
        return None  # 十零三, 三百零, 零三
    if ones and not zero and not ten and (thousands or hundreds):
        return None  # 一百二: colloquial for 120
    if ten and not tens and (thousands or hundreds):
        return None  # 一百十
    parts = [(thousands, 1000), (hundreds, 100), (tens or ("一" if ten else None), 10), (ones, 1)]
    return Decimal(sum(_DIGITS[digit] * scale for digit, scale in parts if digit))


def year(text: str) -> int | None:
    """2012 or 二〇一二 as a number."""
    if text.isdecimal() and text.isascii():
        return int(text)
    digits = [_DIGITS.get(character, 0 if character == "○" else None) for character in text]
    return int("".join(map(str, digits))) if None not in digits else None
