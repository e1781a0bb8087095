"""All rules within a report, as ``schemas/rules.yaml`` registers them."""

from collections.abc import Callable
from functools import cache
from pkgutil import resolve_name
from typing import Any

from pipelines.report_rules.batch import Batch
from schemas.rules import rules

Check = Callable[[Batch], list[dict[str, Any]]]


def report_findings(batch: Batch) -> list[dict[str, Any]]:
    """Findings of every check, with the keys of their documents."""
    return [finding for check in checks() for finding in check(batch)]


@cache
def checks() -> tuple[Check, ...]:
    """The functions that rules name, each once, in the order of the file."""
    named = dict.fromkeys(rule.check for rule in rules().values() if rule.check is not None)
    return tuple(resolve_name(f"pipelines.report_rules.{name}") for name in named)
