"""Where an organ stands: the division that its name begins with, or holds (重庆市公安局渝中区分局), as of the report year."""

import re
from dataclasses import replace

from schemas import regions
from schemas.organs import without_prefix
from schemas.vocabulary import Level

# The branch of an organ at a place below it: what stands between the organ and 分局 is the place.
_BRANCH = re.compile(
    r"(?:局|委|委员会|总队|支队|厅|院|中心|行|队|政府|会)(?P<place>[一-鿿]{2,12}?)"
    r"(?P<kind>(?:公安|生态环境|环境|环保|税务|规划|自然资源)?(?:分局|分院|支队|大队|分中心|管理部|支行|税务局|监管局|税务所|办事处))$"
)
_LED_FROM_ABOVE = re.compile(
    r"^(?P<place>[一-鿿]{2,8}?)(?P<kind>调查总?队|海事局|[证银保]{1,2}监局|监管分?局|安全监督管理局)$"
)
_WIDE = (Level.PROVINCE, Level.PREFECTURE)


def place_of(agency: str, year: int, hint: str | None) -> regions.RegionMatch | None:
    """The division of an organ; None where the name gives none, or several. ``hint``: a site's code or a province."""
    name = without_prefix(agency)
    found = regions.resolve(name, year, host_hint=hint)
    if found is None:
        return _at(_LED_FROM_ABOVE.match(name), year, None, hint)
    inner = _at(_BRANCH.search(found.rest), year, found.code, None) if found.level in _WIDE else None
    return inner or found


def _at(named: re.Match[str] | None, year: int, parent: str | None, hint: str | None) -> regions.RegionMatch | None:
    """The division that the place in the middle of a name is; what stands behind it is the rest of the name."""
    found = regions.resolve(named["place"], year, parent=parent, host_hint=hint) if named else None
    return replace(found, rest=named["kind"]) if named and found and not found.rest else None


def is_government(place: regions.RegionMatch | None) -> bool:
    """Whether the name that gave the place is that of the division itself, or of its government."""
    return place is not None and place.rest in ("", "人民政府", "政府")
