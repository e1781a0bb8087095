"""Tables that mix two forms (a head of 2019 over rows of 2021, or the reverse): each block follows the form of its own header."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipelines.read.tables.table_plan import plan_table
from pipelines.read.tables.targets import GridRow, TablePlan
from schemas.form import Form, FormBlock, FormTable
from schemas.form_tree import joined

_Owners = tuple[tuple[str, str], ...]
"""Article of a block → the form that the block is taken from."""


def plan_by_block(rows: Sequence[GridRow], best: TablePlan, catalogue: tuple[Form, ...]) -> TablePlan:
    """The plan with each block under the form that explains it; ``best`` itself where one form explains the whole table.

    The form of the result is the one that most of the printed blocks follow.
    """
    tables = {form.form: form.tables[best.table] for form in catalogue if best.table in form.tables}
    articles = _articles(tables[best.form])
    if (best.plain and not best.missing) or len(articles) < 2 or len(tables) < 2:
        return best
    forms = {form.form: form for form in catalogue}
    owners = dict.fromkeys(articles, best.form)
    chosen = best
    for article in articles:
        for other in tables.keys() - {best.form}:
            if article not in _articles(tables[other]):
                continue
            candidate = owners | {article: other}
            found = plan_table(
                rows, _mixed(best.form, tuple(candidate.items()), tuple(tables.items())), forms[best.form]
            )
            if _explains_more(found, chosen, article):
                owners, chosen = candidate, found
    if chosen is best:
        return best
    printed = {target.keys[0] for target in chosen.targets}
    counts = {form: sum(owners[a] == form for a in printed if a in owners) for form in tables}
    leading = max(tables, key=lambda form: (counts[form], form == best.form))
    kept = {article: owners.get(article, leading) for article in {**articles, **_articles(tables[leading])}}
    kept = {a: form for a, form in kept.items() if a in printed or a in _articles(tables[leading])}
    return plan_table(rows, _mixed(leading, tuple(kept.items()), tuple(tables.items())), forms[leading])


def _explains_more(found: TablePlan, before: TablePlan, article: str) -> bool:
    """No cell lost, none more left over, and either more is placed or the form asks for less that is not printed.

    A block that is not printed at all follows no form.
    """
    left, had = (sum(len(defect.cells) for defect in plan.defects) for plan in (found, before))
    placed, stood = len(found.targets), len(before.targets)
    is_better = placed > stood or left < had or found.missing < before.missing
    is_printed = any(target.keys[0] == article for target in found.targets)
    return is_printed and placed >= stood and left <= had and is_better


def _articles(table: FormTable) -> Mapping[str, FormBlock]:
    return {block.keys["article"]: block for block in table.blocks if "article" in block.keys}


@lru_cache(maxsize=256)
def _mixed(form: str, owners: _Owners, tables: tuple[tuple[str, FormTable], ...]) -> FormTable:
    """The table of a form with blocks of other forms in the place of its own."""
    layouts = dict(tables)
    blocks = [
        _articles(layouts[owner])[article] for article, owner in sorted(owners) if article in _articles(layouts[owner])
    ]
    return joined(layouts[form], blocks)
