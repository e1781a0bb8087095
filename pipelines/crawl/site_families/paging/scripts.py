"""What a page's scripts say, read without running them: variables, object literals, strings put together with ``+``.

Sites print the address and the parameters of their lists in scripts, in any order, quoting and spacing, often apart from
each other. Everything is handed back as text; what cannot be known without running the script is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.paging.page_data import as_literals, data_attributes, members_as_literals
from pipelines.crawl.site_families.paging.script_text import (
    PAGE,
    STRING,
    Value,
    end_of_expression,
    flat,
    opening_brace,
    skip_blank,
    unquoted,
    without_comments,
)

_TOKEN = re.compile(
    rf"\s*(?:(?P<string>{STRING})|(?P<number>\d+)(?![\w.])|(?P<input>\$\(\s*['\"]#[\w-]+['\"]\s*\)\.val\(\s*\))"
    r"|(?P<attribute>(?:\$\([^()\n]{0,80}\)|[\w$]{1,40})\.(?:data|attr)\(\s*['\"](?:data-)?[\w-]{1,40}['\"]\s*\))"
    r"|(?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)|(?P<mark>[+\-()]))"
)
_ASSIGNED = re.compile(r"(?<![\w$.?&])(?:window\.)?([A-Za-z_$][\w$]*)\s*=(?![=>])\s*(?=([^;\n]{1,500}))")
_STRUCTURE = re.compile(r"(?<![\w$.?&])(?:window\.)?([A-Za-z_$][\w$]*)\s*=\s*(?=[{\[])")
_PARTS = re.compile(rf"(?P<string>{STRING})|[^\"'`]+|.", re.DOTALL)
_TERM_BEFORE = re.compile(rf"(?:{STRING}|[A-Za-z_$][\w$.]*(?:\([^()]*\))?|\([^()]*\)|\d+)\s*\+\s*$")
_KEY = re.compile(rf"\s*(?:({STRING})|([A-Za-z_$][\w$]*|\d+))\s*:")
_UNDRESSED = frozenset(
    {"encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent", "escape", "unescape", "String", "Number",
     "parseInt", "parseFloat", "$.trim", "trim"}
)  # fmt: skip
_DEEPEST = 12
_LONGEST_SUM = 2_000  # characters of a joined address


@dataclass(frozen=True)
class Scripts:
    """The scripts of one page, or one script file, without their comments."""

    text: str
    url: str
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, page: Page) -> "Scripts":
        """Of an HTML page its script elements and what its markup says as data, of anything else the whole text."""
        if not page.is_html:
            return cls(without_comments(page.text), page.url, page.inputs)
        text = without_comments(page.scripts)
        attributes = {f"data-{name}": value for name, value in data_attributes(page).items()}
        return cls(
            "\n".join([members_as_literals(text), text, as_literals(page)]), page.url, {**attributes, **page.inputs}
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """What variables are set to, as the script writes it; the first assignment counts."""
        found: dict[str, str] = {}
        for name, value in _ASSIGNED.findall(self.text):
            found.setdefault(name, value)
        parts = urlsplit(self.url)
        here = {
            "host": parts.netloc, "hostname": parts.hostname or "", "protocol": f"{parts.scheme}:", "pathname": parts.path,
            "origin": f"{parts.scheme}://{parts.netloc}", "href": self.url.partition("#")[0],
            "search": f"?{parts.query}" if parts.query else "",
        }  # fmt: skip
        for prefix in ("location", "window.location", "document.location"):
            found |= {f"{prefix}.{key}": repr(value) for key, value in here.items()}
        return found

    @cached_property
    def _structures(self) -> dict[str, int]:
        """Where the object or list begins that a variable is set to."""
        found: dict[str, int] = {}
        for match in _STRUCTURE.finditer(self.text):
            found.setdefault(match[1], match.end())
        return found

    def variable(self, *names: str) -> str | None:
        """The value of the first variable of these that has one."""
        return next((value for name in names if (value := self.text_of(name)) is not None), None)

    def text_of(self, expression: str, unknown: str | None = None) -> str | None:
        """What an expression comes to as text; None when that takes more than joining strings and adding numbers.

        ``unknown`` stands for every variable that nothing is known of: ``{n}`` makes a template of an address.
        """
        value = _Expression(self, expression, unknown).value(0)
        return None if value is None else str(value)

    def objects(self, key: str) -> Iterator[dict[str, Value]]:
        """Object literals with ``key`` in them, innermost, in order."""
        seen: set[int] = set()
        for match in re.finditer(rf"(?<![\w$]){re.escape(key)}['\"]?\s*:", self.text):
            start = opening_brace(self.text, match.start())
            if start is not None and start not in seen:
                seen.add(start)
                value = self.literal(start)
                if isinstance(value, dict):
                    yield value

    def literal(self, start: int) -> Value:
        """The literal that begins at ``start``."""
        return self._read(start, 0)[0]

    def addresses(self, pattern: re.Pattern[str]) -> Iterator[str]:
        """What scripts join around each string that ``pattern`` is found in; what is not known is left out of it.

        ``'/columns/' + id + '/blocks/' + block`` is found by any of its strings.
        """
        seen: set[int] = set()
        for match in _PARTS.finditer(self.text):
            if match.lastgroup != "string" or not pattern.search(match[0]):
                continue
            start = self._start_of_sum(match.start())
            if start not in seen:
                seen.add(start)
                if text := self.text_of(self.text[start : start + _LONGEST_SUM], ""):
                    yield text

    def _start_of_sum(self, at: int) -> int:
        """Where the sum begins that has a term at ``at``."""
        start = at
        before = self.text[max(0, at - _LONGEST_SUM) : at]
        while (term := _TERM_BEFORE.search(before)) is not None:
            start -= len(before) - term.start()
            before = before[: term.start()]
        return start

    def calls(self, *functions: str) -> Iterator[list[Value]]:
        """Arguments of each call of one of the functions."""
        for match in re.finditer(rf"(?<![\w$])(?:{'|'.join(map(re.escape, functions))})\s*\(", self.text):
            arguments: list[Value] = []
            at = match.end()
            while at < len(self.text) and self.text[at] != ")" and len(arguments) < _DEEPEST:
                value, at = self._read(at, 0)
                arguments.append(value)
                at = skip_blank(self.text, at)
                if self.text[at : at + 1] != ",":
                    break
                at += 1
            yield arguments

    def _read(self, at: int, depth: int) -> tuple[Value, int]:
        at = skip_blank(self.text, at)
        opening = self.text[at : at + 1]
        if opening and opening in "{[" and depth < _DEEPEST:
            return self._read_object(at + 1, depth) if opening == "{" else self._read_list(at + 1, depth)
        end = end_of_expression(self.text, at)
        expression = self.text[at:end]
        if depth < _DEEPEST and (place := self._structures.get(expression.strip())) is not None:
            return self._read(place, depth + 4)[0], end
        return self.text_of(expression), end

    def _read_object(self, at: int, depth: int) -> tuple[Value, int]:
        found: dict[str, Value] = {}
        while (at := skip_blank(self.text, at, ",")) < len(self.text) and self.text[at] != "}":
            key = _KEY.match(self.text, at)
            if key is None:  # a method, a spread: nothing to know
                at = max(end_of_expression(self.text, at), at + 1)
                continue
            value, at = self._read(key.end(), depth + 1)
            if value is not None:
                found.setdefault(unquoted(key[1]) if key[1] else key[2], value)
        return found, at + 1

    def _read_list(self, at: int, depth: int) -> tuple[Value, int]:
        found: list[Value] = []
        while (at := skip_blank(self.text, at, ",")) < len(self.text) and self.text[at] != "]":
            value, end = self._read(at, depth + 1)
            found.append(value)
            at = max(end, at + 1)
        return found, at + 1


class _Expression:
    """Joins strings and adds numbers, from left to right."""

    def __init__(self, scripts: Scripts, text: str, unknown: str | None) -> None:
        self._scripts, self._text, self._at, self._unknown = scripts, text[:2000], 0, unknown

    def value(self, depth: int) -> str | int | None:
        """The sum of the terms, up to whatever ends the expression."""
        total = self._term(depth)
        while total is not None:
            token = _TOKEN.match(self._text, self._at)
            if token is None or token["mark"] not in ("+", "-"):
                rest = self._text[self._at :].lstrip()
                return total if not rest or rest[0] in "),;}]:" or rest.startswith("||") else None
            self._at = token.end()
            term = self._term(depth)
            total = None if term is None else _joined(total, term, token["mark"])
        return None

    def _term(self, depth: int) -> str | int | None:
        token = _TOKEN.match(self._text, self._at)
        if token is None or depth > _DEEPEST:
            return None
        self._at = token.end()
        if token["string"]:
            return self._string(token["string"])
        if token["number"]:
            return int(token["number"]) if len(token["number"]) < 19 else token["number"]
        if token["input"]:
            name = re.search(r"#([\w-]+)", token["input"])
            return self._scripts.inputs.get(name[1]) if name else None
        if token["attribute"]:
            name = re.search(r"['\"](?:data-)?([\w-]+)['\"]\s*\)$", token["attribute"])
            return self._scripts.inputs.get(f"data-{name[1].replace('-', '').lower()}") if name else None
        if token["name"]:
            return self._named(token["name"], depth)
        return self._in_parentheses(depth) if token["mark"] == "(" else None

    def _string(self, quoted: str) -> str | None:
        if quoted[0] == "`" and "${" in quoted:
            parts = re.split(r"\$\{([^}]*)\}", quoted[1:-1])
            inner = [
                self._scripts.text_of(part, self._unknown) if number % 2 else part for number, part in enumerate(parts)
            ]
            return None if None in inner else "".join(part for part in inner if part is not None)
        return unquoted(quoted)

    def _in_parentheses(self, depth: int) -> str | int | None:
        value = self.value(depth + 1)
        closing = re.compile(r"[^()]*\)").match(self._text, self._at)
        if closing is None:
            return None
        self._at = closing.end()
        return value

    def _named(self, name: str, depth: int) -> str | int | None:
        if self._text[self._at :].lstrip().startswith("("):
            self._at = self._text.index("(", self._at) + 1
            return self._in_parentheses(depth) if name in _UNDRESSED else None
        known = self._scripts.names.get(name)
        if known is not None and depth < _DEEPEST:
            value = _Expression(self._scripts, known, None).value(depth + 4)
            if value is not None:
                return value
        owner, _, key = name.rpartition(".")
        place = self._scripts._structures.get(owner) if depth < _DEEPEST else None
        if place is not None and (value := flat(self._scripts.literal(place)).get(key)) is not None:
            return value
        return self._unknown


def _joined(left: str | int, right: str | int, mark: str) -> str | int | None:
    if isinstance(left, int) and isinstance(right, int):
        return left + right if mark == "+" else left - right
    if PAGE in (left, right) and isinstance(left, int) ^ isinstance(right, int):
        return PAGE  # ``(page + 1)``: still the number of a page
    return f"{left}{right}" if mark == "+" else None
