"""Dagster's private names are used in one module."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ADAPTER = "assets/runtime/dagster_internals.py"


@pytest.mark.parametrize("package", ["gongkai", "assets", "pipelines", "schemas"])
def test_only_the_adapter_imports_private_names(package: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*.py")
        if any(line.lstrip().startswith(("from dagster._", "import dagster._")) for line in path.open(encoding="utf-8"))
    }
    assert users <= {ADAPTER}


@pytest.mark.slow
def test_a_job_has_the_origin_of_its_code_location() -> None:
    from assets.runtime.dagster_internals import job_origin, reconstructable_job
    from gongkai.dagster_runs.launch import LOCATION, MODULE

    origin = job_origin(MODULE, str(ROOT), LOCATION, "nightly")
    assert origin.job_name == "nightly"
    assert origin.repository_origin.code_location_origin.location_name == LOCATION
    assert reconstructable_job(MODULE, "defs", str(ROOT), "nightly").get_definition().name == "nightly"
