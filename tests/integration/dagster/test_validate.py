"""The code location loads the way the webserver and the daemon load it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_dagster_definitions_validate_passes(tmp_path: Path) -> None:
    """``dagster definitions validate`` reads workspace.yaml, so a wrong working_directory fails here."""
    environment = os.environ | {"DAGSTER_HOME": str(tmp_path), "GONGKAI_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dagster")), "definitions", "validate", "-w", "workspace.yaml"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Validation successful" in done.stdout + done.stderr
