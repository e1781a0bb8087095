"""Sensors: changed sources or corrections start a run; failures and missing news raise an alert."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import polars as pl

from assets.jobs import nightly, rebuild
from assets.partitions import of_tonight
from assets.runtime.alerts import post
from assets.runtime.failure_message import first_failure
from assets.runtime.workspace import standing_home
from pipelines.crawl.archive.captures import fetch_frame
from schemas.settings import PROJECT, load_settings

_EVERY_MINUTE = 60
_EVERY_HOUR = 3600


def digest_of(path: Path) -> str:
    """Digest of a YAML file, or of all YAML files of a folder with their names."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path] if path.exists() else []
    hasher = hashlib.sha256()
    for file in files:
        hasher.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return hasher.hexdigest()[:16]


@dg.sensor(
    jobs=[nightly, rebuild],
    minimum_interval_seconds=_EVERY_MINUTE,
    description="Edited sources start a crawl; edited corrections rebuild the warehouse from the archive."
    " | 来源改动即抓取，更正改动即由归档重建。",
)
def declared_files_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Compare digests with those of the last tick. The first tick only stores them."""
    now = {"sources": digest_of(load_settings().sources), "corrections": digest_of(PROJECT / "corrections")}
    before = json.loads(context.cursor) if context.cursor else None
    requests = []
    if before is not None and now["sources"] != before["sources"]:
        requests.append(dg.RunRequest(run_key=f"sources-{now['sources']}", job_name="nightly", tags=of_tonight()))
    elif before is not None and now["corrections"] != before["corrections"]:
        requests.append(
            dg.RunRequest(run_key=f"corrections-{now['corrections']}", job_name="rebuild", tags=of_tonight())
        )
    if not requests and before == now:
        return dg.SkipReason("neither sources nor corrections changed")
    return dg.SensorResult(run_requests=requests, cursor=json.dumps(now))


@dg.run_failure_sensor(
    minimum_interval_seconds=_EVERY_MINUTE,
    default_status=dg.DefaultSensorStatus.RUNNING,  # does nothing until a webhook is set
    description="Posts every failed run to GONGKAI_ALERT_WEBHOOK, with its reason. | 运行失败时发送告警及原因。",
)
def failure_alert(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    """Send one alert per failed run."""
    webhook = load_settings().alert_webhook
    if webhook is None:
        return dg.SkipReason("GONGKAI_ALERT_WEBHOOK is not set")
    reason, _ = first_failure([*context.get_step_failure_events(), context.failure_event])
    post(
        str(webhook),
        kind="run_failed",
        reason=reason,
        job=context.dagster_run.job_name,
        run_id=context.dagster_run.run_id,
    )
    return None


@dg.sensor(
    minimum_interval_seconds=_EVERY_HOUR,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Posts an alert when no new or changed report has come for GONGKAI_ALERT_SILENT_DAYS days."
    " | 长期无新报告时发送告警。",
)
def silence_alert(context: dg.SensorEvaluationContext) -> Iterator[dg.SkipReason]:
    """Send one alert when nothing new has come; the next only after something new has come in between."""
    settings = load_settings()
    if settings.alert_webhook is None:
        yield dg.SkipReason("GONGKAI_ALERT_WEBHOOK is not set")
        return
    newest = newest_report(fetch_frame(standing_home(settings)))
    if newest is None:
        yield dg.SkipReason("nothing has been fetched yet")
        return
    quiet = datetime.now(UTC) - newest
    if quiet < timedelta(days=settings.alert_silent_days):
        yield dg.SkipReason(f"the newest page came {quiet.days} days ago")
    elif context.cursor == newest.isoformat():
        yield dg.SkipReason("this silence has been reported")
    else:
        reason = f"nothing new for {quiet.days} days"
        post(str(settings.alert_webhook), kind="nothing_new", reason=reason, newest=newest.isoformat(), days=quiet.days)
        context.update_cursor(newest.isoformat())
        yield dg.SkipReason(f"alert sent: {reason}")


def newest_report(fetches: pl.DataFrame) -> datetime | None:
    """Time of the last new or changed report."""
    came = fetches.filter(pl.col("outcome") == "fetched", pl.col("kind") == "report")["fetched_at"].max()
    return came if isinstance(came, datetime) else None


sensors = [declared_files_changed, failure_alert, silence_alert]
