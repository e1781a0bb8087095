"""The list of pages to crawl: check, add, discover, audit, accept."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gongkai.commands.options import AllowHost, Home, Sources, as_tuple


class AuditForm(StrEnum):
    """How an audit is printed."""

    TABLE = "table"
    CSV = "csv"


def check(
    path: Annotated[
        Path | None, typer.Argument(help="A sources file or folder; the configured one when left out.")
    ] = None,
    sources: Sources = None,
) -> None:
    """Check sources files: every wrong key, value and repeated id, with file and line.

    **Example**

    ```
    gongkai sources check my-sources.yaml
    ```
    """
    from gongkai.services.sources import source_list
    from gongkai.settings import load_settings

    raise typer.Exit(source_list.check(load_settings(sources=path or sources)))


def add(
    url: Annotated[str, typer.Argument(help="A list page, one report, or an endpoint with {year} in its address.")],
    province: Annotated[str, typer.Option("--province", "-p", help="Province in pinyin, or central.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="column, report or enumerable; the page tells when left out.")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="Name of the site; the page tells when left out.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Six-digit division code.")] = None,
    name: Annotated[str | None, typer.Option("--id", help="Unique name; made from the address when left out.")] = None,
    tls: Annotated[str | None, typer.Option("--tls", help="`legacy` for a site that only speaks old TLS.")] = None,
    allow_host: AllowHost = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Add it without looking at the page (a site that is walled or down).")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the entry.")] = False,
    sources: Sources = None,
) -> None:
    """Look at a page, print the entry it comes to, and append that to its province's file.

    One page and its robots.txt are asked for. A wall, a page without reports and an unregistered host are said in one
    line, and nothing is written.

    **Examples**

    ```
    gongkai sources add http://www.lss.gov.cn/ndbg/ -p guizhou --region 520200
    gongkai sources add http://www.lss.gov.cn/ndbg/ -p guizhou --dry-run
    ```
    """
    from gongkai.services.sources import source_list
    from gongkai.settings import load_settings

    options = {"id": name, "kind": kind, "site": site, "region": region, "tls": tls}
    given = {key: value for key, value in options.items() if value is not None}
    new = source_list.NewSource(url, province, given, tuple(allow_host or ()), look=not unseen, write=not dry_run)
    source_list.add(load_settings(sources=sources), new)


def discover(
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="Province in pinyin; every one when left out.")
    ] = None,
    portal: Annotated[str | None, typer.Option("--portal", help="Address of one portal.")] = None,
    portals: Annotated[
        Path | None, typer.Option("--portals", help="A csv with region_path, level, portal_url; sources/portals.csv.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="File for the proposals; discovered/<province>.yaml beside the sources.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also portals searched in the last 30 days.")] = False,
    allow_host: AllowHost = None,
    sources: Sources = None,
) -> None:
    """Search portals for their columns of annual reports, and write what is found as proposals.

    At most 15 requests a portal beside robots.txt, at the pace of the crawl. A page counts by the reports it lists, never by its
    address. Interrupted, the next call goes on. Reviewed entries are not touched; a proposal is crawled once it is accepted.

    **Examples**

    ```
    gongkai sources discover -p guizhou
    gongkai sources discover --portal http://www.lss.gov.cn/ -p guizhou
    ```
    """
    from gongkai.services.sources import discovery
    from gongkai.settings import load_settings

    settings = load_settings(sources=sources, allow_hosts=as_tuple(allow_host))
    raise typer.Exit(discovery.run(settings, discovery.Search(province, portal, portals, to, again)))


def audit(
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="Province in pinyin; every one when left out.")
    ] = None,
    form: Annotated[AuditForm, typer.Option("--format", help="How the result is printed.")] = AuditForm.TABLE,
    to: Annotated[Path | None, typer.Option("--to", help="Also write the result to this file, as csv.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Apply the corrections to the sources files.")] = False,
    home: Home = None,
    allow_host: AllowHost = None,
    sources: Sources = None,
) -> None:
    """Visit the lists of every source once, and say what each is worth: family, pages, report links, years, what to do.

    Only lists are asked for, at the pace of the crawl. Interrupted, the next call goes on. Corrections (a moved address, the
    other scheme, the family) are shown, and applied by --write; comments in the files stay.

    **Examples**

    ```
    gongkai sources audit -p guizhou
    gongkai sources audit -p guizhou --write
    ```
    """
    from gongkai.printing import Format
    from gongkai.services.sources import source_audit
    from gongkai.settings import load_settings

    settings = load_settings(home=home, sources=sources, allow_hosts=as_tuple(allow_host))
    raise typer.Exit(source_audit.run(settings, source_audit.Audit(province, Format(form.value), to, write)))


def accept(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of proposals in discovered/ of the sources folder.")
    ] = None,
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="All of a province that are sure enough.")
    ] = None,
    confidence: Annotated[float, typer.Option("--confidence", min=0, max=1, help="What counts as sure.")] = 0.9,
    sources: Sources = None,
) -> None:
    """Accept proposals of `sources discover`: from the next run on they are crawled. Each is a line of `discovered/accepted.txt`.

    **Examples**

    ```
    gongkai sources accept lss-ndbg-1a2b3c
    gongkai sources accept -p guizhou
    ```
    """
    from gongkai.services.sources import source_audit
    from gongkai.settings import load_settings

    raise typer.Exit(source_audit.accept(load_settings(sources=sources), tuple(ids or ()), province, confidence))


def coverage(
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="Province in pinyin; every one when left out.")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Report year; the latest that is due when left out.")
    ] = None,
    form: Annotated[AuditForm, typer.Option("--format", help="A table, or every government as csv.")] = AuditForm.TABLE,
    home: Home = None,
    sources: Sources = None,
) -> None:
    """Count governments without a column, and with a column but without the year's report, against sources/portals.csv.

    **Example**

    ```
    gongkai sources coverage -p guizhou --format csv
    ```
    """
    from gongkai.printing import Format
    from gongkai.services.sources import portal_coverage
    from gongkai.settings import load_settings

    settings = load_settings(home=home, sources=sources)
    raise typer.Exit(portal_coverage.run(settings, province, Format(form.value), year))
