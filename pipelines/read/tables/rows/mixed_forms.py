"""Tables that mix two forms (a head of 2019 over rows of 2021, or the reverse): each block follows the form of its own header."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipelines.read.tables.table_plan import plan_table
from pipelines.read.tables.targets import GridRow, TablePlan
from schemas.forms.catalogue import Form, FormBlock, FormTable
from schemas.forms.tree import joined

_Owners = tuple[tuple[str, str], ...]
"""Article of a block → the form that the block is taken from."""


def plan_by_block(rows: Sequence[GridRow], best: TablePlan, catalogue: tuple[Form, ...]) -> TablePlan:
    """The plan with each block under the form that explains it; ``best`` itself where one form explains the whole table.

    The form of the result is the one that most of the printed blocks follow.
    """
    forms = {form.form: form for form in catalogue if best.table in form.tables}
    tables = {name: form.tables[best.table] for name, form in forms.items()}
    articles = _articles(tables[best.form])
    if (best.plain and not best.missing) or len(articles) < 2 or len(tables) < 2:
        return best

    def planned(leading: str, owners: Mapping[str, str]) -> TablePlan:
        layout = _mixed(leading, tuple(owners.items()), tuple(tables.items()))
        return plan_table(rows, layout, forms[leading])

    owners, chosen = dict.fromkeys(articles, best.form), best
    for article in articles:
        others = [name for name in tables if name != best.form and article in _articles(tables[name])]
        for other in others:
            candidate = owners | {article: other}
            found = planned(best.form, candidate)
            if _explains_more(found, chosen, article):
                owners, chosen = candidate, found
    return best if chosen is best else planned(*_under_the_leading_form(owners, chosen, best.form, tables))


def _under_the_leading_form(
    owners: Mapping[str, str], chosen: TablePlan, best_form: str, tables: Mapping[str, FormTable]
) -> tuple[str, dict[str, str]]:
    """The form that most of the printed blocks follow, and the owner of each block that it has or that is printed."""
    printed = {target.keys[0] for target in chosen.targets}
    counts = Counter(owners[article] for article in printed if article in owners)
    leading = max(tables, key=lambda form: (counts[form], form == best_form))
    own = _articles(tables[leading])
    kept = {article: owners.get(article, leading) for article in {**owners, **own}}
    return leading, {article: form for article, form in kept.items() if article in printed or article in own}


def _explains_more(found: TablePlan, before: TablePlan, article: str) -> bool:
    """No cell lost, none more left over, and either more is placed or fewer cells of the form are not printed.

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
