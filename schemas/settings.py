"""Every setting of gongkai, in one place: name, default, meaning. Read from the environment as ``GONGKAI_<NAME>``.

The model is in ``schemas`` because both ``assets`` and ``gongkai`` need it and imports only go down. It reads the environment
and nothing else.
``docs/settings.md`` is generated from it.
"""

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AnyHttpUrl, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schemas.errors import GongkaiError
from schemas.export_formats import ExportFormat

PROJECT = Path(__file__).resolve().parent.parent
"""The checkout: where ``sources/`` and ``workspace.yaml`` are."""

PREFIX = "GONGKAI_"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+-]+:/")
_STORE = re.compile(r"s3:/{1,2}(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(?:/[A-Za-z0-9._=-]+)*)/?")
"""``s3://bucket/prefix``; ``Path`` makes one slash of two, and ``--home`` hands over a Path."""

_DERIVED = frozenset({"store"})
"""Fields that no variable sets: they follow from another."""


class SettingsError(GongkaiError):
    """A setting has a wrong value. The message names the variable, the value and what is allowed, one line each."""


class Settings(BaseSettings):
    """What an operator can choose. Paths become absolute when they are read."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    home: Path = Field(
        Path("data"),
        description="The data folder: archive, fetch log, tidy tables, warehouse, run history. `s3://bucket/prefix` keeps all"
        " but the run history on an object store (needs `gongkai[s3]`).",
    )
    store: str | None = Field(
        None, description="The object store, when GONGKAI_HOME names one; home is its working copy."
    )
    cache: Path = Field(
        Path("~/.cache/gongkai"), description="Where the working copies of data folders on an object store lie."
    )
    sources: Path = Field(PROJECT / "sources", description="A sources file, or a folder of them.")
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Hosts outside .gov.cn that may be reached, separated by commas. Same as `--allow-host`."
    )
    user_agent: str = Field(
        "gongkai/0.1 (crawler of statutory government-disclosure reports)",
        min_length=3,
        description="How the crawler introduces itself. Add an address at which the operator can be reached.",
    )
    ca_file: Path | None = Field(
        None, description="Extra certificates (PEM), for sites that do not send their intermediate."
    )
    crawl_threads: int = Field(
        16, ge=1, le=256, description="Requests in flight over all hosts; one host never has more than one."
    )
    render: Literal["off", "chromium"] = Field(
        "off",
        description="Pages that only a browser builds: `off`, recorded as needs_render; `chromium`, built by the"
        " system's Chromium, their requests made by the crawler, under guard, robots.txt and pace. Needs the extra `render`.",
    )
    min_delay_seconds: float = Field(
        1.0, ge=0.5, le=3600, description="Lower bound of every source's delay_seconds on .gov.cn hosts."
    )
    max_bytes: int = Field(
        30_000_000, ge=10_000, description="A page or attachment beyond this many bytes is left alone."
    )
    lists: Literal["run", "season"] = Field(
        "season",
        description="When list pages are looked at: `season`, nightly in the publishing season, else weekly; `run`, always.",
    )
    revisit_reports: bool = Field(
        False, description="Ask again for every report we hold in every run (conditional requests)."
    )
    season_months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], NoDecode] = Field(
        (1, 2, 3, 4), description="The publishing season, as months: 31 January and 31 March are the statutory days."
    )
    list_hours_in_season: int = Field(
        20, ge=1, le=8784, description="A list page looked at less long ago is not due in season: nightly, with slack."
    )
    list_hours_off_season: int = Field(
        164, ge=1, le=8784, description="The same outside the season: weekly, with slack."
    )
    deep_list_days: int = Field(
        30,
        ge=0,
        le=3660,
        description="Pages behind an unchanged first page of a list are looked at again after so long.",
    )
    report_revisits: str = Field(
        "30:7,180:30,730:90",
        pattern=r"^\d{1,4}:\d{1,4}(,\d{1,4}:\d{1,4})*$",
        description="How often a report we hold is asked for again, as `held for less than so many days:ask every so many days`,"
        " ascending. Corrections come early.",
    )
    report_days_oldest: int = Field(365, ge=1, le=3660, description="The same beyond the last step.")
    failure_days: int = Field(
        7, ge=0, le=3660, description="A page that is gone is asked for again after so long; doubled each time."
    )
    failure_days_most: int = Field(
        90, ge=1, le=3660, description="Where the doubling ends, for gone pages and for walls."
    )
    wall_days: int = Field(
        1, ge=1, le=3660, description="A page behind a wall is asked for again after so long; doubled each time."
    )
    workers: int = Field(0, ge=0, le=512, description="Processes that read reports; 0 is one for each core.")
    ocr_seconds: int = Field(
        3600,
        ge=0,
        description="Processor seconds that a run spends on recognising tables in pictures (needs `gongkai[ocr]`), about ten for"
        " a picture; what is left comes in the next run. 0 recognises nothing.",
    )
    executor: str = Field(
        "processes",
        pattern=r"^(processes|dask(\+tls)?://[^/\s:]+:\d{1,5})$",
        description="Where pages are fetched and read: `processes` of this machine, or the workers of a Dask cluster,"
        " `dask://host:port` or `dask+tls://host:port` (needs `gongkai[cluster]`).",
    )
    export_formats: Annotated[tuple[ExportFormat, ...], NoDecode] = Field(
        tuple(ExportFormat), description="What the nightly run exports, separated by commas."
    )
    export_pages: bool = Field(
        False,
        description="Whether the nightly run also writes the pages of `gongkai explore` as files, into `exports/pages/`.",
    )
    postgres_url: str | None = Field(
        None,
        pattern=r"^postgres(ql)?://.+",
        description="Where run history is kept; SQLite in the data folder when unset.",
    )
    max_concurrent_runs: int = Field(
        1,
        ge=1,
        le=16,
        description="Runs the daemon starts at once; runs on one data folder exclude each other anyway.",
    )
    alert_webhook: AnyHttpUrl | None = Field(None, description="Where failures and silences are posted as JSON.")
    alert_silent_days: int = Field(14, ge=1, le=366, description="Nothing new for so many days raises an alert.")
    stale_days: int = Field(30, ge=1, le=366, description="A source not reached for so many days counts as stale.")
    sql_timeout: int = Field(
        300,
        ge=0,
        le=86400,
        description="Seconds that `gongkai sql` gives a statement; 0 is no limit. Same as `--timeout`.",
    )
    max_contradiction_rate: float = Field(
        0.5, ge=0, le=1, description="Share of reports that may contradict themselves before the check warns."
    )
    keep_releases: int = Field(3, ge=0, le=1000, description="Former warehouse files kept under warehouse/releases/.")
    keep_run_days: int = Field(
        90, ge=1, le=3650, description="Run history older than this is pruned by `gongkai prune`."
    )

    @field_validator("allow_hosts", "export_formats", "season_months", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("postgres_url", "alert_webhook", "ca_file", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="before")
    @classmethod
    def _store_and_working_copy(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A home on an object store becomes its address and the local folder that works for it."""
        home = str(values.get("home", ""))
        if not _ADDRESS.match(home):
            return values
        found = _STORE.fullmatch(home)
        if found is None:
            raise ValueError(f"home={home!r}: write s3://bucket/prefix, or a folder")
        place = f"{found['bucket']}{found['prefix']}"
        cache = Path(values.get("cache") or cls.model_fields["cache"].default)
        return {**values, "home": cache / place, "store": f"s3://{place}"}

    @property
    def address(self) -> str:
        """The data folder as GONGKAI_HOME names it: the object store's address, or the path."""
        return self.store or str(self.home)

    @field_validator("home", "cache", "sources", "ca_file")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("allow_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if "/" in host or "*" in host:
                raise ValueError(f"{host!r} must be a host or host:port, without scheme, path or wildcard")
        return value


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, with ``overrides`` (from command-line options) on top.

    Raises:
        SettingsError: a value is wrong; one line for each wrong one.
    """
    _refuse_unknown_variables()
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("; ".join(_line(detail) for detail in error.errors())) from error  # type: ignore[arg-type]


def _refuse_unknown_variables() -> None:
    """A misspelt variable would otherwise be ignored, and the default used in silence."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields if name not in _DERIVED]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists them"
            raise SettingsError(f"{name}: there is no such setting; {hint}")


def _line(detail: dict[str, object]) -> str:
    location = detail["loc"]
    name = str(location[0]) if isinstance(location, tuple) and location else ""
    shown = "…" if name == "postgres_url" else repr(detail["input"])  # it may carry a password
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not name:  # of the whole: a home that is no address
        return f"{PREFIX}{message.partition('=')[0].upper()}={message.partition('=')[2]}"
    return f"{PREFIX}{name.upper()}={shown}: {message[:1].lower()}{message[1:]}"


def settings_table() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of every setting, for ``docs/settings.md`` and ``gongkai settings``."""
    rows = []
    for name, field in Settings.model_fields.items():
        if name in _DERIVED:
            continue
        default = field.default
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else "" if default is None else str(default)
        rows.append((f"{PREFIX}{name.upper()}", shown.replace(f"{PROJECT}/", ""), field.description or ""))
    return rows
