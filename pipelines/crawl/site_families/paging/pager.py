"""How a list goes on: the number of its pages, and their addresses."""

from dataclasses import dataclass, replace

from pipelines.crawl.site_families.paging.forms import SentForm
from pipelines.crawl.site_families.paging.script_text import PAGE


@dataclass(frozen=True)
class Pager:
    """How a list goes on.

    ``template`` is an absolute address with ``{n}`` where the number stands; ``first`` is that number on page one.
    ``others`` are templates to try when it leads nowhere. ``following`` is the address of a printed next link,
    ``posted`` the form that it sends.
    ``pages`` counts all pages, 0 when that is not said; ``shown`` is the largest number among the links of a page: there are
    as many pages at least. ``ends``: the page prints that nothing follows. ``more`` are lists that hold further reports.
    ``is_scripted``: its 下一页 is a call of a script that names no address.
    """

    template: str = ""
    first: int = 1
    others: tuple[tuple[str, int], ...] = ()
    pages: int = 0
    shown: int = 0
    following: str = ""
    posted: SentForm | None = None
    ends: bool = False
    more: tuple[str, ...] = ()
    is_scripted: bool = False

    @property
    def promised(self) -> int:
        """How many pages there are by the word of the page."""
        return max(self.pages, self.shown)

    def addresses(self, page: int) -> list[str]:
        """Where page ``page`` (from 1) may be, best first."""
        known = [(self.template, self.first), *self.others] if self.template else []
        return list(dict.fromkeys(template.replace(PAGE, str(page - 1 + first)) for template, first in known))

    def settled_on(self, url: str, page: int) -> "Pager":
        """The same with the template that ``url`` came from as the only one."""
        for template, first in ((self.template, self.first), *self.others):
            if template and template.replace(PAGE, str(page - 1 + first)) == url:
                return replace(self, template=template, first=first, others=())
        return self

    def over(self, before: "Pager | None") -> "Pager":
        """This page's own word on the count and the next link; the address that has led here before its own."""
        if before is None:
            return self
        counted = replace(self, pages=self.pages or before.pages, shown=max(self.shown, before.shown))
        if not before.template:
            return counted
        own = [(self.template, self.first)] if self.template else []
        return replace(counted, template=before.template, first=before.first, others=(*before.others, *own))
