"""What Dagster loads (``workspace.yaml``): assets, checks, jobs, schedules, sensors, resources. Nothing is defined here."""

import dagster as dg

from assets.documents import documents
from assets.exports import exports
from assets.facts import facts
from assets.findings import findings
from assets.gates import gates
from assets.gauges import gauges
from assets.jobs import crawl_and_read, nightly, rebuild
from assets.marts import marts
from assets.pages import pages
from assets.registry import source_registry
from assets.resources import DataFolder
from assets.schedules import every_night
from assets.sensors import sensors
from assets.warehouse import warehouse
from schemas.settings import load_settings

defs = dg.Definitions(
    assets=[source_registry, pages, documents, facts, findings, warehouse, marts, exports],
    asset_checks=[*gates, *gauges],
    jobs=[nightly, crawl_and_read, rebuild],
    schedules=[every_night],
    sensors=sensors,
    resources={"data_folder": DataFolder.from_settings(load_settings())},
    executor=dg.in_process_executor,
)
