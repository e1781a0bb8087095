"""The lineage as code says it: a lost asset, dependency, check, job or schedule shows here and in review."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

SNAPSHOT = Path(__file__).with_name("lineage.txt")


@pytest.fixture
def definitions() -> dg.Definitions:
    from assets.definitions import defs

    return defs


def lineage(defs: dg.Definitions) -> str:
    """Everything an operator relies on by name, one line each."""
    repository = defs.get_repository_def()
    graph = repository.asset_graph
    lines = []
    for key in sorted(graph.get_all_asset_keys(), key=lambda key: list(key.path)):
        node = graph.get(key)
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        partitions = " [province]" if node.partitions_def else ""
        lines.append(f"asset {key.to_user_string()} ({node.group_name}){partitions} <- {parents or '-'}")
    for check in sorted(graph.asset_check_keys, key=lambda key: (key.asset_key.path, key.name)):
        blocking = " blocking" if graph.get(check).blocking else ""
        lines.append(f"check {check.asset_key.to_user_string()}: {check.name}{blocking}")
    for job in sorted(repository.get_all_jobs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            steps = ", ".join(sorted(node.name for node in job.nodes))
            lines.append(f"job {job.name}: {steps}")
    for schedule in repository.schedule_defs:
        lines.append(
            f"schedule {schedule.name}: {schedule.cron_schedule} {schedule.execution_timezone} {schedule.job_name}"
        )
    lines += [f"sensor {sensor.name}" for sensor in sorted(repository.sensor_defs, key=lambda sensor: sensor.name)]
    return "\n".join(lines) + "\n"


def test_the_lineage_is_the_one_reviewed(definitions: dg.Definitions) -> None:
    """Run `python -m tests.integration.dagster.test_definitions` to accept a change; the diff is then reviewed."""
    assert lineage(definitions) == SNAPSHOT.read_text(encoding="utf-8")


def test_every_asset_is_described_grouped_and_kinded(definitions: dg.Definitions) -> None:
    graph = definitions.get_repository_def().asset_graph
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.group_name != "default", key
        assert node.kinds, key


def test_the_nightly_schedule_is_one_run_over_all_provinces(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("every_night")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    with dg.build_schedule_context() as context:
        tick = schedule.evaluate_tick(context)
    assert tick.run_requests is not None
    (request,) = tick.run_requests
    assert request.tags["dagster/asset_partition_range_start"] == "beijing"
    assert request.tags["dagster/asset_partition_range_end"] == "central"
    assert definitions.resolve_job_def("nightly").executor_def is dg.in_process_executor
    start = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    ticks = cron_string_iterator(start, str(schedule.cron_schedule), schedule.execution_timezone)
    moments = [
        next(ticks).astimezone(UTC) for _ in range(40)
    ]  # over the nights in which Europe and America change clocks
    assert {(moment.hour, moment.minute) for moment in moments} == {(18, 0)}
    assert (moments[-1] - moments[0]).days == 39


if __name__ == "__main__":
    from assets.definitions import defs

    SNAPSHOT.write_text(lineage(defs), encoding="utf-8")
