"""Partitions: crawl and reading are partitioned by province, so that one province can be retried or backfilled alone."""

import warnings

import dagster as dg

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
