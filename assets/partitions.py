"""Partitions: crawl and reading are partitioned by province, so that one province can be retried or backfilled alone."""

import warnings
from collections.abc import Iterable

import dagster as dg

from pipelines.crawl.registry.source_files import load_sources
from pipelines.home import Home
from schemas.settings import Settings, load_settings
from schemas.vocabulary import PROVINCES

# backfill_policy is beta since 1.4; without it a backfill of 32 provinces would be 32 runs that compete for one lock.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=dg.BetaWarning)

PROVINCE_KEYS = tuple(PROVINCES)
provinces = dg.StaticPartitionsDefinition(list(PROVINCE_KEYS))
"""The 31 provinces in pinyin, and ``central``."""

in_one_run = dg.BackfillPolicy.single_run()
"""A backfill of many provinces is one run: politeness is kept per host, and hosts are shared between provinces."""

START_TAG = "dagster/asset_partition_range_start"
END_TAG = "dagster/asset_partition_range_end"
ALL_PROVINCES = {START_TAG: PROVINCE_KEYS[0], END_TAG: PROVINCE_KEYS[-1]}
"""Run tags that make one run cover every province."""


def covering(wanted: Iterable[str]) -> dict[str, str]:
    """Run tags of the smallest range that covers these provinces; every province where there are none.

    Dagster records a materialization for each partition of a range: provinces without sources or archive should have none.
    """
    places = sorted(PROVINCE_KEYS.index(province) for province in set(wanted))
    if not places:
        return dict(ALL_PROVINCES)
    return {START_TAG: PROVINCE_KEYS[places[0]], END_TAG: PROVINCE_KEYS[places[-1]]}


def of_tonight(settings: Settings | None = None) -> dict[str, str]:
    """Run tags that cover the provinces that have sources, or something in the archive of this machine."""
    settings = settings or load_settings()
    if settings.store is not None:
        return dict(ALL_PROVINCES)
    asked = {source.province for source in load_sources(settings.sources) if source.enabled}
    archive = Home(settings.home).archive
    held = {folder.name for folder in archive.iterdir() if folder.name in PROVINCE_KEYS} if archive.is_dir() else set()
    return covering(asked | held)
