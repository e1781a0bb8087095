"""The text of scripts: strings, comments, where an expression ends. Nothing is run."""

import re

PAGE = "{n}"
"""Stands for the number of a page in an address that a script puts together."""
Value = str | dict[str, "Value"] | list["Value"] | None

STRING = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
_COMMENT = re.compile(rf"({STRING})|(?<![:\\])//[^\n]*|/\*.*?\*/", re.DOTALL)
_LONGEST_OBJECT = 200_000  # characters; a script is a page's text and may be anything


def without_comments(text: str) -> str:
    """A script without its comments: a template's example call may stand in one. Strings stay whole."""
    return _COMMENT.sub(lambda match: match[1] or " ", text.replace("<!--", " "))


def unquoted(quoted: str) -> str:
    """What a string literal holds."""
    return re.sub(
        r"\\(?:u([0-9a-fA-F]{4})|(.))",
        lambda match: chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t"}.get(match[2], match[2]),
        quoted[1:-1],
    )


def skip_blank(text: str, at: int, also: str = "") -> int:
    """The next place that is no white space, nor one of the characters of ``also``."""
    while at < len(text) and (text[at].isspace() or text[at] in also):
        at += 1
    return at


def end_of_expression(text: str, at: int) -> int:
    """Where the expression at ``at`` ends: before a comma, semicolon or closing bracket that is not its own."""
    depth, limit = 0, min(len(text), at + _LONGEST_OBJECT)
    token = re.compile(rf"{STRING}|[^\"'`(){{}}\[\],;]+|.", re.DOTALL)
    while at < limit:
        match = token.match(text, at)
        if match is None:
            break
        mark = match[0]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            if depth == 0:
                return at
            depth -= 1
        elif mark in ",;" and depth == 0:
            return at
        at = match.end()
    return at


def opening_brace(text: str, at: int) -> int | None:
    """The brace that opens the object around ``at``."""
    depth = 0
    for position in range(at - 1, max(-1, at - _LONGEST_OBJECT), -1):
        if text[position] == "}":
            depth += 1
        elif text[position] == "{":
            if depth == 0:
                return position
            depth -= 1
    return None


def flat(value: Value) -> dict[str, str]:
    """The entries of an object that are text."""
    return {key: item for key, item in value.items() if isinstance(item, str)} if isinstance(value, dict) else {}
