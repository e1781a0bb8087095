"""The whole job from the command line, on a cluster and a store."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.replica.published_release import published_home
from pipelines.warehouse.queries.query import query
from tests.conftest import Gongkai
from tests.integration.scale import machines


@pytest.mark.slow
def test_the_demo_on_a_cluster_and_a_store(
    bucket: str, first_night: Path, dask: machines.Cluster, tmp_path: Path, gongkai: Gongkai
) -> None:
    """The whole job, from the command line: crawled by host and read on the workers, published on the store."""
    command = [sys.executable, "-m", "gongkai.cli", "demo", "--home", bucket]
    environment = {**os.environ, "GONGKAI_EXECUTOR": dask.address, "GONGKAI_EXPORT_FORMATS": "parquet"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env=environment, cwd=machines.PROJECT)
    assert done.returncode == 0, done.stderr
    titles = "(SELECT report_id, title FROM reports)"  # addresses, and so ids, differ: each demo has ports of its own
    facts = f"SELECT title, * EXCLUDE (report_id, title) FROM {{}} JOIN {titles} USING (report_id) ORDER BY ALL"
    published = published_home(bucket, tmp_path / "reader")
    for name in ("applications", "disputes", "proactive_disclosure", "legacy_statistics", "sections"):
        assert query(published, facts.format(name)).equals(query(Home(first_night), facts.format(name))), name
    counted = json.loads(gongkai("sql", "--home", bucket, "SELECT count(*) AS n FROM reports", "--format", "json").out)
    assert counted == [{"n": query(Home(first_night), "SELECT 1 FROM reports").height}]
