"""Sensors and alerts: what starts a run, what is reported, and to whom. The receiver listens on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import dagster as dg
import pytest

from assets import sensors
from assets.definitions import defs
from assets.runtime import alerts
from assets.runtime.alerts import AlertNotDelivered, post
from gongkai.dagster_runs.instance import open_instance
from gongkai.dagster_runs.run_status import run_statuses
from gongkai.services.nights.run import Choices, nightly
from gongkai.settings import load_settings
from pipelines.crawl.crawl import import_file
from pipelines.home import Home
from tests.integration.dagster.receiver import Receiver

SOURCE = """province: jiangsu
sources:
  - {id: nowhere, url: "http://127.0.0.1:9/list/", site: s, allow_hosts: [127.0.0.1], enabled: false}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder with one source of its own, switched off: nothing is fetched."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "jiangsu.yaml").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setenv("GONGKAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GONGKAI_SOURCES", str(tmp_path / "sources"))
    return Home(tmp_path / "home")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as receiving:
        monkeypatch.setenv("GONGKAI_ALERT_WEBHOOK", receiving.url)
        yield receiving


def look(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    with dg.build_sensor_context(cursor=cursor) as context:
        result = sensors.declared_files_changed(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_changed_sources_crawl_and_changed_corrections_rebuild(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corrections").mkdir()
    monkeypatch.setattr(sensors, "PROJECT", tmp_path)
    first = look(None)
    assert isinstance(first, dg.SensorResult)
    assert first.run_requests == []  # the first look only remembers
    assert isinstance(look(first.cursor), dg.SkipReason)
    (tmp_path / "corrections" / "a.yaml").write_text("corrections: []", encoding="utf-8")
    second = look(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert [request.job_name for request in second.run_requests or ()] == ["rebuild"]
    source = tmp_path / "sources" / "jiangsu.yaml"
    source.write_text(source.read_text(encoding="utf-8").replace("nowhere", "elsewhere"), encoding="utf-8")
    third = look(second.cursor)
    assert isinstance(third, dg.SensorResult)
    (request,) = third.run_requests or ()
    assert request.job_name == "nightly"
    assert request.tags["dagster/asset_partition_range_end"] == "central"
    assert request.run_key != (second.run_requests or ())[0].run_key
    assert isinstance(look(third.cursor), dg.SkipReason)


def silence(cursor: str | None = None) -> tuple[str, str | None]:
    with dg.build_sensor_context(cursor=cursor) as context:
        (skip,) = cast("tuple[dg.SkipReason]", sensors.silence_alert(context))
        return str(skip.skip_message), context.cursor


def test_a_silence_is_reported_once_and_again_only_after_something_came(
    home: Home, receiver: Receiver, tmp_path: Path
) -> None:
    assert silence()[0] == "nothing has been fetched yet"
    page = tmp_path / "report.html"
    page.write_text("<html><body>报告</body></html>", encoding="utf-8")
    now = datetime.now(UTC)
    import_file(home, page, "http://127.0.0.1:9/r.html", province="jiangsu", now=now - timedelta(days=20))
    said, cursor = silence()
    assert said == "alert sent: nothing new for 20 days"
    assert [message["kind"] for message in receiver.messages] == ["nothing_new"]
    assert receiver.messages[0] | {"at": "", "newest": ""} == {
        "source": "gongkai", "kind": "nothing_new", "reason": "nothing new for 20 days", "at": "", "newest": "", "days": 20,
    }  # fmt: skip
    assert silence(cursor)[0] == "this silence has been reported"
    page.write_text("<html><body>报告二</body></html>", encoding="utf-8")
    import_file(home, page, "http://127.0.0.1:9/s.html", province="jiangsu", now=now - timedelta(days=15))
    assert silence(cursor)[0] == "alert sent: nothing new for 15 days"
    import_file(home, page, "http://127.0.0.1:9/t.html", province="jiangsu", now=now - timedelta(days=2))
    assert silence(cursor)[0] == "the newest page came 2 days ago"
    assert len(receiver.messages) == 2


def test_without_a_webhook_nothing_is_sent(home: Home) -> None:
    assert silence()[0] == "GONGKAI_ALERT_WEBHOOK is not set"


def test_a_broken_stage_is_a_failed_run_with_one_reason_told_everywhere(
    home: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words in the exception, in `gongkai status` and in the alert; and since when it has been so."""
    monkeypatch.setattr("assets.stages.documents.read_province", _no_space)
    settings = load_settings()
    for _ in range(2):
        with pytest.raises(Exception, match=r"^documents: OSError: \[Errno 28\] no space left$"):
            nightly(settings, Choices())
    (status,) = run_statuses(settings)
    assert (status.job, status.succeeded, status.failures) == ("nightly", False, 2)
    assert status.reason == "documents: OSError: [Errno 28] no space left"
    assert status.failing_since is not None
    assert status.failing_since < status.ended
    with open_instance(settings) as instance:
        run = instance.get_run_by_id(status.run_id)
        assert run is not None
        steps = [log.dagster_event for log in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)]
        assert [event.step_key for event in steps if event is not None] == ["documents"]  # later steps are skipped
        (failure,) = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
        assert failure.dagster_event is not None
        context = dg.build_run_status_sensor_context(
            sensor_name="failure_alert", dagster_instance=instance, dagster_run=run, dagster_event=failure.dagster_event,
            repository_def=defs.get_repository_def(),
        ).for_run_failure()  # fmt: skip
        sensors.failure_alert(context)
    (message,) = receiver.messages
    assert (message["kind"], message["job"], message["run_id"]) == ("run_failed", "nightly", run.run_id)
    assert message["reason"] == "documents: OSError: [Errno 28] no space left"


def _no_space(*_: object, **__: object) -> None:
    raise OSError(28, "no space left")


def test_an_alert_survives_a_receiver_that_restarts_and_is_bounded() -> None:
    with Receiver(503, 503) as receiver:
        post(receiver.url, kind="run_failed", reason="测试", pause=0.01)
        assert len(receiver.messages) == 3
    with Receiver(*[500] * 20) as receiver:
        with pytest.raises(AlertNotDelivered):
            post(receiver.url, kind="run_failed", reason="r", pause=0.01)
        assert len(receiver.messages) == alerts.ATTEMPTS
    with Receiver(400) as receiver:
        with pytest.raises(AlertNotDelivered):  # refused: saying it again would not help
            post(receiver.url, kind="run_failed", reason="r", pause=0.01)
        assert len(receiver.messages) == 1
