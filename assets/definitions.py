"""What Dagster loads (``workspace.yaml``): assets, checks, jobs, schedules, sensors, resources. Nothing is defined here."""

import dagster as dg

from assets.checks.blocking import blocking_checks
from assets.checks.warnings import warning_checks
from assets.jobs import crawl_and_read, nightly, rebuild
from assets.runtime.resources import DataFolder
from assets.schedules import every_night
from assets.sensors import sensors
from assets.stages.documents import documents
from assets.stages.exported_pages import exported_pages
from assets.stages.exports import exports
from assets.stages.facts import facts
from assets.stages.findings import findings
from assets.stages.marts import marts
from assets.stages.pages import pages
from assets.stages.source_registry import source_registry
from assets.stages.warehouse import warehouse
from schemas.settings import load_settings

settings = load_settings()
switched_on = [exported_pages] if settings.export_pages else []

defs = dg.Definitions(
    assets=[source_registry, pages, documents, facts, findings, warehouse, marts, exports, *switched_on],
    asset_checks=[*blocking_checks, *warning_checks],
    jobs=[nightly, crawl_and_read, rebuild],
    schedules=[every_night],
    sensors=sensors,
    resources={"data_folder": DataFolder.from_settings(settings)},
    executor=dg.in_process_executor,
)
