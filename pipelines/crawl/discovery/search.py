"""Best-first search of one portal for its columns of annual reports. No I/O: pages come in, the next candidate goes out."""

import heapq
import itertools
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.crawl.canonical_urls import canonical_url
from pipelines.crawl.classification.page import Page
from pipelines.crawl.discovery.candidates import Candidate, Column, Proposal
from pipelines.crawl.discovery.judging import Finding, judge_page
from pipelines.crawl.discovery.menu_links import Found, MenuLink, menu_links
from pipelines.crawl.discovery.ownership import Government, Owner
from pipelines.crawl.discovery.portal_list import Portal
from pipelines.crawl.discovery.scoring import Says, weights, worth_of
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest, site_root
from schemas.site_families import ListingFamily

_PARTS = (Says.YEAR, Says.PART, Says.ORGAN)
_PROVEN_SIBLINGS = 3  # organs of one tree whose pages were seen, before the others of the tree are believed


class PortalSearch:
    """The search of one portal. Used by one thread at a time: one page is on its way at any moment."""

    def __init__(self, portal: Portal, *, latest_year: int) -> None:
        self.portal, self._latest_year = portal, latest_year
        path = tuple(step for step in portal.region_path.split("/") if step)
        self.government = Government(path, {urlsplit(portal.url).netloc.lower()})
        self.proposals: dict[str, Proposal] = {}
        self.reasons: Counter[str] = Counter()
        self._queue: list[tuple[int, int, Candidate]] = []
        self._order = itertools.count()
        self._seen: set[str] = set()
        self._spare: list[tuple[Column, Finding]] = []  # pages full of reports that nothing called a column
        self._believed: Counter[str] = Counter()  # organs of a tree whose pages proved to be columns
        self._doubted: set[str] = set()
        self._guessed = False
        self._familiar: set[str] = set()  # links of the pages so far: what stands on the next page, too, is its menu
        self._offer(Candidate(Request(portal.url), Says.PORTAL, 1_000, trail=(portal.url,)))
        if portal.moved_to:
            self._offer(Candidate(Request(portal.moved_to), Says.PORTAL, 5, trail=(portal.moved_to,)))

    def next(self) -> Candidate | None:
        """The most promising page that has not been examined; None when the search is over."""
        if not self._queue and not self.proposals and not self._guessed:
            self._guess()
        if not self._queue:
            return None
        candidate = heapq.heappop(self._queue)[2]
        enough = candidate.score < weights().numbers["enough_score"] and candidate.says is not Says.PORTAL
        if self.proposals and (enough or candidate.says is Says.PORTAL):
            self._queue.clear()
            return None
        if candidate.column is not None and canonical_url(candidate.column.url) in self.proposals and candidate.says in (
            Says.YEAR, Says.FRAME, Says.DATA
        ):  # fmt: skip
            return self.next()  # what it would prove is proven
        return candidate

    def receive(self, candidate: Candidate, page: Page) -> None:
        """Look at a page that was fetched: is it a column, and where does it lead?"""
        self._seen.add(canonical_url(page.url))
        if candidate.says is Says.SCRIPT:
            self._follow_script(candidate, page)
            return
        if candidate.says is Says.PORTAL:
            self.government.authorities.add(urlsplit(page.url).netloc.lower())
        finding = judge_page(page, candidate, self.government, latest_year=self._latest_year, familiar=self._familiar)
        column = candidate.column or Column(
            page.url, candidate.label, candidate.trail, finding.family, candidate.says, candidate.parent
        )
        if finding.is_column:
            self._propose(column, finding)
        elif finding.refusal:
            self.reasons[finding.refusal] += 1
            if candidate.says is Says.ORGAN:
                self._doubted.add(candidate.parent)
        elif finding.is_crowded:
            self._spare.append((column, finding))
        is_own = finding.owner is not Owner.OTHER or (not finding.titles and self.government.is_home(page.url))
        if is_own or candidate.says is Says.PORTAL:
            self._follow(candidate, page, finding, column)

    def failed(self, candidate: Candidate, why: str) -> None:
        """A page could not be had. A data address may have alternatives."""
        if candidate.asked is not None and candidate.asked.alternatives:
            first, *others = candidate.asked.alternatives
            self._offer_data(candidate, first.with_alternatives(*first.alternatives, *others))
            return
        if candidate.says in (Says.PORTAL, Says.COLUMN, Says.DATA) or not self.reasons:
            self.reasons[f"{candidate.label or urlsplit(candidate.url).path}: {why}"] += 1

    def finish(self) -> tuple[list[Proposal], str]:
        """The columns that were found, and why there is none when there is none."""
        if not self.proposals and self._spare:
            column, finding = max(self._spare, key=lambda item: len(item[1].titles))
            self._add(column, finding, 0.6, "no link calls this page a column of annual reports")
        self._believe_siblings()
        if self.proposals:
            return list(self.proposals.values()), ""
        reasons = [reason for reason, _ in self.reasons.most_common(3)]
        return [], "; ".join(reasons) or "no link leads to 政府信息公开年报"

    # What a page leads to

    def _follow(self, candidate: Candidate, page: Page, finding: Finding, column: Column) -> None:
        in_column = candidate.in_column or finding.is_column or finding.names_itself
        if in_column and not finding.is_column:
            for asked in finding.data:
                self._offer_data(replace(candidate, column=column, trail=column.trail), asked)
        host = urlsplit(page.url).netloc
        links = menu_links(page)
        self._familiar.update(link.url for link in links)
        for link in links:
            worth = worth_of(link, host=host, in_column=in_column)
            if worth is None or (worth.says is Says.YEAR and finding.is_column):
                continue  # the crawl opens the years of a column that lists reports itself
            if worth.says in (Says.PART, Says.ORGAN) and not self._is_part(link, page, finding):
                continue
            self._offer(self._candidate(candidate, page, link, worth.says, worth.score, column, in_column=in_column))

        if finding.family == ListingFamily.GKMLPT.value and not in_column:
            url = f"{site_root(page.url)}/gkmlpt/annualreport"
            trail = (*candidate.trail, f"政府信息公开年报 → {url}")
            score = weights().numbers["data_score"]
            self._offer(
                Candidate(Request(url), Says.COLUMN, score, "政府信息公开年报", trail, in_column=True, parent=page.url)
            )

    def _follow_script(self, candidate: Candidate, page: Page) -> None:
        """A menu or a tree that stands in a file of its own belongs to the page that names the file."""
        above = Page(candidate.parent, b"", "text/html")
        column = candidate.column or Column(above.url, candidate.label, candidate.trail, "", Says.COLUMN)
        host = urlsplit(above.url).netloc
        for link in menu_links(page, of=above.url):
            worth = worth_of(link, host=host, in_column=candidate.in_column)
            if worth is None or worth.says in (Says.FRAME, Says.SCRIPT):
                continue
            if worth.says in (Says.PART, Says.ORGAN, Says.YEAR) and not self._is_part(link, above, Finding()):
                continue
            self._offer(
                self._candidate(candidate, above, link, worth.says, worth.score, column, in_column=candidate.in_column)
            )

    def _is_part(self, link: MenuLink, page: Page, finding: Finding) -> bool:
        """A link of a column's page that is named like an organ, of the same site, and no report itself."""
        same_site = urlsplit(link.url).netloc == urlsplit(page.url).netloc
        return same_site and link.url not in finding.report_urls and link.url.rstrip("/") != page.url.rstrip("/")

    def _candidate(
        self, above: Candidate, page: Page, link: MenuLink, says: Says, score: int, column: Column, *, in_column: bool
    ) -> Candidate:  # fmt: skip
        trail = (*above.trail, f"{link.label or link.found} → {link.url}")
        same_host = urlsplit(link.url).netloc == urlsplit(page.url).netloc
        proves = None
        if link.found is Found.FRAME and says is Says.FRAME:
            if above.says is not Says.PORTAL:
                score = max(score, above.score - 1) if above.score < 500 else score
                in_column = in_column or above.in_column
            score = weights().numbers["frame_score"] if in_column else score
            proves = column if in_column and same_host else None
        elif says is Says.YEAR:
            proves = column
        elif above.column is not None and above.says is Says.YEAR and says in (Says.PART, Says.ORGAN):
            proves, score = above.column, above.score + 1  # the streets of a year, before the next year
        return Candidate(
            Request(link.url), says, score, link.label, trail,
            says in (Says.COLUMN, *_PARTS) or (says in (Says.FRAME, Says.SCRIPT) and in_column), proves, parent=page.url,
        )  # fmt: skip

    def _offer(self, candidate: Candidate) -> None:
        key = canonical_url(candidate.url) + ("" if "#" not in candidate.url else candidate.url.partition("#")[2])
        if key in self._seen:
            return
        self._seen.add(key)
        heapq.heappush(self._queue, (-candidate.score, next(self._order), candidate))

    def _offer_data(self, candidate: Candidate, asked: ListRequest) -> None:
        key = f"{asked.request.url} {asked.request.body!r}"
        if key not in self._seen:
            self._seen.add(key)
            score = weights().numbers["data_score"]
            data = replace(candidate, request=asked.request, says=Says.DATA, score=score, in_column=True, asked=asked)
            heapq.heappush(self._queue, (-score, next(self._order), data))

    def _guess(self) -> None:
        self._guessed = True
        table = weights()
        root = site_root(self.portal.moved_to or self.portal.url)
        for path in table.guesses[: table.numbers["guesses_asked"]]:
            url = root + path
            trail = (self.portal.url, f"usual address → {url}")
            self._offer(Candidate(Request(url), Says.GUESS, table.numbers["guess_score"], "", trail))

    # What was found

    def _propose(self, column: Column, finding: Finding) -> None:
        confidence = 0.95 if finding.owner is Owner.OWN else 0.9
        if finding.is_report_page:
            confidence = 0.7
        self._add(column, finding, confidence, finding.note)
        if column.says is Says.ORGAN:
            self._believed[column.parent] += 1

    def _add(self, column: Column, finding: Finding, confidence: float, note: str) -> None:
        key = canonical_url(column.url)
        if key not in self.proposals:
            self.proposals[key] = Proposal(
                column.url, column.label, column.trail, finding.family, confidence, finding.titles[:5],
                finding.years, note,
            )  # fmt: skip

    def _believe_siblings(self) -> None:
        """Organs of a tree that requests did not suffice for, when those that were examined are all columns."""
        for _, _, candidate in self._queue:
            tree = candidate.parent
            is_organ = candidate.says is Says.ORGAN and candidate.column is None
            if is_organ and tree not in self._doubted and self._believed[tree] >= _PROVEN_SIBLINGS:
                column = Column(candidate.url, candidate.label, candidate.trail, "", Says.ORGAN, tree)
                self._add(column, Finding(), 0.5, "not looked at; the other organs of the same page have columns")
