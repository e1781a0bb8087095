"""What a crawl source is: the shape of one entry of ``sources/*.yaml``. No I/O; ``source_files`` reads them."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from schemas.site_families import ListingFamily
from schemas.vocabulary import PROVINCES

FIRST_REPORT_YEAR = 2008
"""The regulation came into force on 2008-05-01; no report covers an earlier year."""


class SourceKind(StrEnum):
    """``COLUMN``: a list page. ``REPORT``: one page. ``ENUMERABLE``: an endpoint with ``{year}`` in its address."""

    COLUMN = "column"
    REPORT = "report"
    ENUMERABLE = "enumerable"


class Known(StrEnum):
    """Whether the address has been met in the wild, was concluded from others, or was found by a search of a portal."""

    SEEN = "seen"
    DERIVED = "derived"
    DISCOVERED = "discovered"


class TlsMode(StrEnum):
    """How to shake hands with one source. Certificates stay verified.

    ``LEGACY`` relaxes it (old renegotiation, short keys, TLS 1.0); ``P256`` offers the curve P-256 alone.
    """

    DEFAULT = "default"
    LEGACY = "legacy"
    P256 = "p256"


def _code_as_text(value: object) -> object:
    """YAML reads an unquoted division code as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


RegionCode = Annotated[str, BeforeValidator(_code_as_text), Field(pattern=r"^\d{6}(-[A-Z]+-\d+)?$")]


class Discovery(BaseModel):
    """How a search came to an address: the links that led there, how sure it is, and what it saw."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    portal: str
    trail: tuple[str, ...] = ()
    confidence: float = Field(ge=0, le=1)
    family: ListingFamily | None = None
    on: date
    titles: tuple[str, ...] = ()
    note: str = ""


_YEAR_ARGUMENT = re.compile(r"(?<=[?&])((?:fbtime|year|nd|niandu|ndyear|reportyear)=)20\d\d(?=&|#|$)", re.IGNORECASE)


def with_year_placeholder(url: str) -> str:
    """The address with ``{year}`` in place of the one report year among its arguments; as it is when there is none.

    >>> with_year_placeholder("http://a.gov.cn/x.jsp?fbtime=2017&area=1")
    'http://a.gov.cn/x.jsp?fbtime={year}&area=1'
    """
    if "{year}" in url or len(_YEAR_ARGUMENT.findall(url)) != 1:
        return url
    return _YEAR_ARGUMENT.sub(r"\g<1>{year}", url)


class Source(BaseModel):
    """One entry of a sources file. Only ``id`` and ``url`` are required; ``province`` comes from the head of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")
    url: str
    kind: SourceKind = SourceKind.COLUMN
    site: str | None = None
    region: RegionCode | None = None
    listing: ListingFamily = ListingFamily.AUTO
    delay_seconds: float = Field(default=2.0, ge=0, le=3600)
    known: Known = Known.SEEN
    allow_hosts: tuple[str, ...] = ()
    tls: TlsMode = TlsMode.DEFAULT
    enabled: bool = True
    discovery: Discovery | None = None
    province: str

    @model_validator(mode="before")
    @classmethod
    def _a_named_year_stands_for_all(cls, entry: object) -> object:
        """An enumerable entry that was copied with one year in its address means every year."""
        if isinstance(entry, dict) and entry.get("kind") == SourceKind.ENUMERABLE and isinstance(entry.get("url"), str):
            return entry | {"url": with_year_placeholder(entry["url"])}
        return entry

    @field_validator("url")
    @classmethod
    def _url_is_absolute(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an absolute http:// or https:// address")
        if parts.username or parts.password:
            raise ValueError("must not carry a user name or password")
        if any(character.isspace() for character in url):
            raise ValueError("must not contain spaces")
        return url

    @field_validator("allow_hosts")
    @classmethod
    def _hosts_are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not host or "/" in host or "*" in host:
                raise ValueError(f"{host!r} must be a host or host:port, without scheme, path or wildcard")
        return hosts

    @field_validator("province")
    @classmethod
    def _province_is_known(cls, province: str) -> str:
        if province not in PROVINCES:
            raise ValueError(f"{province!r} is not a province in pinyin or 'central'")
        return province

    @model_validator(mode="after")
    def _enumerable_names_the_year(self) -> "Source":
        if self.kind is SourceKind.ENUMERABLE and "{year}" not in self.url:
            raise ValueError("an enumerable source needs {year} in its url, where the report year goes")
        if self.kind is not SourceKind.ENUMERABLE and "{year}" in self.url:
            raise ValueError("{year} in the url needs kind: enumerable")
        return self
