"""The owner of a page, by the organs in report titles and by the site's own name, never by the text of the link to it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from schemas.labels import squeeze
from schemas.organs import is_public_institution, without_prefix
from schemas.regions import RegionMatch, latest_year, resolve

_GOVERNMENT = re.compile(
    r"([\u4e00-\u9fff]{1,12}?(?:特别行政区|自治区|自治州|自治县|自治旗|新区|矿区|林区|地区|省|市|县|区|州|盟|旗))(?:人民)?政府"
)
_PLACE = re.compile(r"^([\u4e00-\u9fff]{1,12}?(?:自治区|自治州|自治县|省|市|县|区|州|盟|旗))(?!场|政府采购)")
_NO_PLACE = re.compile(
    r"^(?:[省市县区州盟旗全我本各]|城市|超市|社区)|(?:开发|园|新|高新|景|社|保护|度假|功能|合作|示范|试验|综保|保税|工业|产业|库|林|矿|城)区$"
)
_BEFORE_YEAR = re.compile(r"^(.*?)(?:关于)?(?:20\d\d|[二2][〇○零0].{2})年?度?")
_BEFORE_REPORT = re.compile(r"^(.*?)(?:政府|政务)?信息公开|^(.*?)政务公开")
_OTHER_SUFFIX = "省市县区州盟旗"
_HOSTED_BY = re.compile(
    r"(?:主办(?:单位)?|承办(?:单位)?|版权所有|网站管理)\s*[:：]?\s*(?:©|\(c\))?\s*([\u4e00-\u9fff]{2,30})"
)


class Owner(StrEnum):
    """Of the government in question, of another one, or not said."""

    OWN = "own"
    OTHER = "other"
    UNSAID = "unsaid"


def organ_of(title: str) -> str:
    """The organ that a report title names: what stands before the year or the words of the report.

    >>> organ_of("嘉定区教育局2023年政府信息公开工作年度报告")
    '嘉定区教育局'
    """
    text = squeeze(title).strip("【】[]·•")
    before = [match[1] or "" for match in (_BEFORE_YEAR.search(text), _BEFORE_REPORT.search(text)) if match]
    return min(before, key=len).rstrip("(（-—_:： ") if before else ""


@dataclass
class Government:
    """The government whose portal is searched.

    Attributes:
        path: Its region with those above it, 上海市/嘉定区; empty when only an address was given.
        authorities: Hosts and ports that are known to be its own.
    """

    path: tuple[str, ...] = ()
    authorities: set[str] = field(default_factory=set)
    _region: RegionMatch | None = None

    def __post_init__(self) -> None:
        if self.path:
            self._region = resolve("".join(self.path), latest_year()) or resolve(self.path[-1], latest_year())
            if self._region is not None and self._region.rest:
                self._region = None

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def region_code(self) -> str | None:
        return self._region.code if self._region is not None else None

    def learn(self, page: Page) -> None:
        """Take the name from the portal's own page, when none was given."""
        if not self.path:
            names = [match[1] for text in site_names(page) for match in _GOVERNMENT.finditer(text)]
            if names:
                self.path = (max(set(names), key=names.count),)
                self.__post_init__()

    def owner_of_name(self, text: str) -> Owner:
        """Whose a name is: an organ's, or a site's."""
        if not text or not self.path:
            return Owner.UNSAID
        bare = without_prefix(text)
        if self._names_own(bare):
            return Owner.OWN
        place = _PLACE.search(bare)
        if place is None or _NO_PLACE.search(place[1]):
            return Owner.UNSAID
        found = resolve(bare, latest_year())
        if found is not None and self._region is not None:
            own = self._region.code.rstrip("0") if self._region.code.isdigit() else self._region.code
            same = found.lineage_code == self._region.lineage_code
            return Owner.OWN if same or found.code.startswith(own) else Owner.OTHER
        if any(self._is(above, bare) for above in self.path[:-1]):
            return Owner.OTHER
        if found is None and self._is_above_counties and place[1][-1] in "县区旗市":
            return Owner.UNSAID  # perhaps one of its counties
        return Owner.OTHER

    def owner_of_title(self, title: str) -> Owner:
        """Whose report a title names. A school's or an enterprise's is not the government's."""
        organ = organ_of(title)
        return Owner.OTHER if organ and is_public_institution(organ) else self.owner_of_name(organ)

    def owner_of_page(self, page: Page) -> Owner:
        """Whose site a page is part of, by its name, title and imprint."""
        said = [self.owner_of_name(name) for name in site_names(page)]
        if Owner.OWN in said:
            return Owner.OWN
        return Owner.OTHER if Owner.OTHER in said else Owner.UNSAID

    def is_home(self, url: str) -> bool:
        """Whether an address lies on a host that is known to be the government's own, or below its name."""
        there = urlsplit(url)
        if there.netloc.lower() in self.authorities:
            return True
        host = (there.hostname or "").lower()
        bases = {authority.rpartition("@")[2].partition(":")[0].removeprefix("www.") for authority in self.authorities}
        return any(base and not base[0].isdigit() and host.endswith(f".{base}") for base in bases)

    @property
    def _is_above_counties(self) -> bool:
        return (len(self.path) < 3 and self.name[-1:] in "省市州盟") or self.name.endswith(("自治区", "地区"))

    def _names_own(self, text: str) -> bool:
        return self._is(self.name, text)

    @staticmethod
    def _is(name: str, text: str) -> bool:
        if name in text:
            return True
        short = re.sub(r"(?:自治区|自治州|自治县|地区|新区|[省市县区州盟旗])$", "", name)
        return len(short) >= 2 and re.search(rf"{re.escape(short)}(?![{_OTHER_SUFFIX}])", text) is not None


def site_names(page: Page) -> list[str]:
    """What a page says of its site: meta SiteName, the last parts of its title, the imprint."""
    found = []
    for name in ("SiteName", "siteName", "sitename"):
        node = page.tree.css_first(f"meta[name='{name}']")
        if node is not None and node.attributes.get("content"):
            found.append(squeeze(str(node.attributes["content"])))
    found += [part for part in re.split(r"[-_—|–>》]+", squeeze(page.title)) if part]
    found += [match[1] for match in _HOSTED_BY.finditer(page.visible[-1_500:])]
    return [name for name in found if re.search(r"政府|门户|[省市县区州盟旗局委厅]", name)]


@dataclass(frozen=True)
class Ballot:
    """How many report titles name the government's own organs, another's, or none."""

    own: int = 0
    other: int = 0
    unsaid: int = 0

    @classmethod
    def of(cls, government: Government, titles: Iterable[str]) -> "Ballot":
        counts = dict.fromkeys(Owner, 0)
        for title in titles:
            counts[government.owner_of_title(title)] += 1
        return cls(counts[Owner.OWN], counts[Owner.OTHER], counts[Owner.UNSAID])

    def verdict(self) -> Owner:
        """One foreign title proves nothing: columns mix in news of upper levels. The majority decides."""
        if self.other > self.own + self.unsaid:
            return Owner.OTHER
        if self.own:
            return Owner.OWN
        return Owner.OTHER if self.other and not self.unsaid else Owner.UNSAID
