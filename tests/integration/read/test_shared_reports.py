"""Three published reports with hand-verified truth, scored by the acceptance script that came with them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.read.reader import read_report

SHARED = Path(__file__).parents[3].parent / "shared"
REPORTS = ("qidong-2020.txt", "hongze-2024.pdf", "hangzhou-2025.html")

pytestmark = pytest.mark.skipif(
    not (SHARED / "acceptance" / "score.py").exists(), reason="the shared reports are not beside this checkout"
)


@pytest.mark.parametrize("name", REPORTS)
def test_a_published_report_scores_perfectly(name: str, tmp_path: Path) -> None:
    report = SHARED / "reports" / name
    parsed = tmp_path / "parsed.json"
    parsed.write_text(
        json.dumps(read_report(report.read_bytes(), name=name).to_contract(), ensure_ascii=False, default=str)
    )
    truth = report.with_suffix(".truth.json")
    command = [sys.executable, str(SHARED / "acceptance" / "score.py"), str(truth), str(parsed)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
