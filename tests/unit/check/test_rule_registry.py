"""Sentence and logic of a rule within a report are found from its entry."""

import re
from pathlib import Path

import pytest

from pipelines.report_rules.checks import checks
from schemas.rules import rules

ROOT = Path(__file__).parents[3]
_NAMED = re.compile(r"""["']([a-z_]+)["']""")


@pytest.mark.parametrize("name", [name for name, rule in rules().items() if rule.kind in ("arithmetic", "narrative")])
def test_a_rule_within_a_report_names_its_check(name: str) -> None:
    check = rules()[name].check
    assert check is not None
    assert check.partition(":")[2] in [function.__name__ for function in checks()]


def test_a_check_fires_only_rules_that_name_it() -> None:
    """A name of a rule in the code of another check would be a sentence whose logic is elsewhere."""
    within = {name for name, rule in rules().items() if not rule.kind.startswith("across")}
    for path in (ROOT / "pipelines" / "report_rules").glob("*.py"):
        for name in set(_NAMED.findall(path.read_text(encoding="utf-8"))) & within:
            assert (rules()[name].check or "").partition(":")[0] == path.stem, name
