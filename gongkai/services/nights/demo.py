"""`gongkai demo`: the embedded government sites, crawled, read and published through the nightly job."""

import os
from pathlib import Path

from rich.markup import escape

from gongkai.demo.needs import NEEDS, has_browser
from gongkai.demo.sites import DemoSites
from gongkai.printing import err, out, table
from gongkai.services.nights.run import Choices, nightly
from gongkai.services.nights.run_summary import print_query, print_run
from gongkai.settings import DEMO_HOME, load_settings
from pipelines.home import Home
from pipelines.warehouse.queries.query import query

SECOND_NIGHT = "demo-second-night"
"""Marks a demo folder in which the edited report has been published. It stays edited: sites do not go back in time."""

QUERIES = {
    "How many requests were answered, and how many got what they asked for?": """
SELECT agency_name, report_year AS year, received, processed_total AS answered, disclosed, denied,
       disclosure_rate AS "disclosed %", denial_rate AS "denied %"
FROM marts.disclosure_rates ORDER BY agency_name, year""",
    "Which reports contradict their own arithmetic, and where is it printed?": """
SELECT agency_name, report_year AS year, rule, coalesce(line, applicant) AS place, expected::INT AS expected,
       printed::INT AS printed, f.evidence
FROM quality.findings f JOIN reports USING (report_id)
WHERE severity = 'error' AND is_primary ORDER BY agency_name, year, rule, place, f.evidence""",
    "Do the requests carried out of one year arrive in the next?": """
SELECT agency_name, report_year AS year, applicant, carried_out_before, carried_in, difference, continuity
FROM marts.carry_over_continuity
WHERE previous_report_id IS NOT NULL ORDER BY abs(difference) DESC, agency_name, year, applicant LIMIT 4""",
}

_CHANGES = """
SELECT r.agency_name, r.report_year, c.table_name, concat_ws(' / ', c.article, c.item, c.metric, c.line, c.applicant,
       c.procedure, c.outcome) AS cell, c.old_value, c.new_value
FROM history.cell_changes c JOIN reports r USING (report_id) ORDER BY ALL"""


def play(home: Path | None, *, again: bool, debug: bool) -> None:
    """Run one demo night and print what came of it. The first call is the first night, ``again`` the second."""
    use_browser()
    settings = load_settings(home=home or DEMO_HOME)
    root = settings.home
    if again and not Home(root).warehouse.exists():
        err.print("The first night has not been played yet; playing it now.")
        play(home, again=False, debug=debug)
    if again:
        root.mkdir(parents=True, exist_ok=True)
        (root / SECOND_NIGHT).touch()
    with DemoSites(root, night=night_of(root)) as sites:
        settings = load_settings(home=settings.address, sources=sites.sources_file, allow_hosts=sites.allow_hosts)
        finished = nightly(settings, Choices(lists="run", revisit_reports=True, debug=debug))
    out.rule("The second night" if again else "What came in", align="left")
    print_run(settings, finished)
    for need in NEEDS.values():
        if not need.is_met():
            out.print(f"[bold]Not read here[/]  {need.what}: {escape(need.install)}", soft_wrap=True)
    if again:
        _print_changes(Home(root))
        return
    out.rule("Three queries to try", align="left")
    for question, statement in QUERIES.items():
        print_query(Home(root), question, statement)
    where = f" --home {settings.store or home or DEMO_HOME}"
    out.print(f'\nAsk your own    gongkai sql{where} "FROM marts.disclosure_rates"', markup=False, soft_wrap=True)
    out.print(f"The next night  gongkai demo --again{'' if home is None else where}", markup=False)
    out.print(f"The lineage     {'make ui' if home is None else f'gongkai ui --demo{where}'}", markup=False)


def use_browser() -> None:
    """Let this process and its children build the demo's script page in a browser, where one is installed."""
    if has_browser():
        os.environ.setdefault("GONGKAI_RENDER", "chromium")


def night_of(root: Path) -> int:
    """Which night of the demo this folder is in."""
    return 2 if (root / SECOND_NIGHT).exists() else 1


def _print_changes(home: Home) -> None:
    changes = query(home, _CHANGES)
    edited = query(home, "SELECT count(DISTINCT report_id) AS n FROM history.cell_changes").item()
    out.print(f"[bold]Reports edited since[/]  {edited}, {len(changes)} cells differ")
    out.print(table(changes, title="\nWhat the government changed"))
