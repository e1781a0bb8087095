"""What the stages say of their steps stands in Dagster's run log, with province, run and counts."""

from pathlib import Path

import dagster as dg
import yaml

from assets.runtime.resources import DataFolder
from pipelines.staging.province_reader import read_province

CONFIG = Path(__file__).parents[3] / "gongkai" / "dagster.yaml"


@dg.op
def read_one_province(data_folder: DataFolder) -> None:
    read_province(data_folder.home, "jiangsu")


@dg.job
def reading() -> None:
    read_one_province()


def test_a_step_tells_the_run_log(tmp_path: Path) -> None:
    logs = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["python_logs"]
    folder = DataFolder(root=str(tmp_path), sources=str(tmp_path))
    with dg.instance_for_test(overrides={"python_logs": logs}) as instance:
        done = reading.execute_in_process(instance=instance, resources={"data_folder": folder})
        told = [entry.user_message for entry in instance.all_logs(done.run_id)]
    assert f"read province=jiangsu run={done.run_id} n_captures=0 n_read=0 n_kept=0 n_unreadable=0" in told
