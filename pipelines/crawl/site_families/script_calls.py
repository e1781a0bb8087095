"""Addresses that a function of the page joins from the argument it is called with: ``goPage(2)``, ``show(1234)``."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from pipelines.crawl.site_families.paging.script_text import end_of_expression, without_comments
from pipelines.crawl.site_families.paging.scripts import Scripts

_PASSED = r"(?:'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|[\w$.-]{1,40})"
_CALL = re.compile(rf"(?<![\w$.])([A-Za-z_$][\w$.]*)\s*\(\s*((?:{_PASSED}(?:\s*,\s*{_PASSED}){{0,8}})?)\s*\)")
_ARGUMENT = re.compile(r"'([^']*)'|\"([^\"]*)\"|([\w$.-]+)")
_LEADS = re.compile(r"(?:location(?:\.href)?\s*=(?!=)\s*|(?:\.replace|\.assign|\bopen)\(\s*|\bsrc\s*=(?!=)\s*)")
_GROWS = re.compile(r"(?<![\w.])([\w$]+)\s*\+=\s*([^;\n]+)")
_LONGEST_BODY = 800


@dataclass(frozen=True)
class Called:
    """A function of the page as something of it is called: its text, and what is passed for each parameter."""

    body: str
    arguments: dict[str, str]

    def with_number(self, number: str) -> "Called":
        """The same with another number."""
        return Called(self.body, {name: number if value.isdigit() else value for name, value in self.arguments.items()})


def called_function(script: str, functions: str) -> Called | None:
    """The function of the page that a handler calls: ``getMainData('ndbg')``, ``goPage(3, 2)``, ``nextPage()``."""
    call = _CALL.search(script.partition(":")[2] if script.lstrip().lower().startswith("javascript:") else script)
    if call is None or not functions:
        return None
    name = re.escape(call[1].rpartition(".")[2])
    defined = re.search(
        rf"(?:function\s+{name}|(?<![\w$]){name}\s*[=:]\s*function\s*\w*)\s*\(([^)]*)\)\s*{{(.{{0,{_LONGEST_BODY}}})"
        rf"|(?<![\w$]){name}\s*[=:]\s*\(?([\w$,\s]*)\)?\s*=>\s*(.{{0,{_LONGEST_BODY}}})",
        functions, re.DOTALL,
    )  # fmt: skip
    if defined is None:
        return None
    parameters = [part.strip() for part in (defined[1] or defined[3] or "").split(",") if part.strip()]
    passed = [single or double or bare for single, double, bare in _ARGUMENT.findall(call[2])]
    return Called(defined[2] or defined[4], dict(zip(parameters, passed, strict=False)))


def called_address(script: str, functions: str) -> str | None:
    """The address that a function of the page joins from its arguments and from variables."""
    called = called_function(script, functions)
    if called is None:
        return None
    for parameter, argument in called.arguments.items():
        joined = re.search(
            rf"['\"]([^'\"\s]*)['\"]\s*\+\s*{re.escape(parameter)}\b(?:\s*\+\s*['\"]([^'\"\s]*)['\"])?", called.body
        )
        if joined is not None and not re.search(r"\+=?\s*$", called.body[: joined.start()]):
            return f"{joined[1]}{argument}{joined[2] or ''}"
    return _joined_from_variables(called, functions)


def _joined_from_variables(called: Called, functions: str) -> str | None:
    """An address that takes variables of the function or the page: ``var u = "list.jsp"; location = u + "?n=" + n``."""
    for leads in _LEADS.finditer(called.body):
        expression = called.body[leads.end() : end_of_expression(called.body, leads.end())]
        address = _value_of(expression, called, functions)
        if address is not None and (
            not called.arguments or address != _value_of(expression, called.with_number("77"), functions)
        ):
            return address
    return None


def _value_of(expression: str, called: Called, functions: str) -> str | None:
    passed = [f"var {name}={value if value.isdigit() else repr(value)};" for name, value in called.arguments.items()]
    body = called.body
    for name, added in _GROWS.findall(body):  # var u = "list"; u += "_" + n
        first = re.search(rf"(?<![\w.]){re.escape(name)}\s*=\s*[^;=\n][^;\n]*", body)
        body = f"{body[: first.end()]} + {added}{body[first.end() :]}" if first is not None else body
    return Scripts("\n".join([*passed, body, functions]), "", {}).text_of(expression)


def page_functions(tree: LexborHTMLParser) -> str:
    """The scripts of a page where something of it calls one, else nothing."""
    if tree.css_first("[onclick], a[href^='javascript:' i]") is None:
        return ""
    return without_comments("\n".join(node.text() for node in tree.css("script:not([src])")))
