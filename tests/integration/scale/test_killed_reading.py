"""`kill -9` while a province is read: the next run reads the rest, and the files are those of a run that nobody disturbed."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import parts
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.staging.staged_tables import staged_provinces
from tests.integration.scale import corpus

DIES = """
import os, sys
from pathlib import Path
from pipelines import parts
from pipelines.home import Home
from pipelines.staging.batches import BatchLimits
from pipelines.staging.province_reader import ReadingSteps, read_province
parts.REPORTS = 8
def kill(done, of):
    if done > 40:
        os.kill(os.getpid(), 9)
small = ReadingSteps(limits=BatchLimits(documents=4, chunk=20))
read_province(Home(Path(sys.argv[1])), "jiangsu", on_progress=kill, steps=small)
"""


@pytest.mark.slow
def test_a_killed_reading_goes_on(archived: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, undisturbed = (Home(shutil.copytree(archived.root, tmp_path / name)) for name in ("killed", "undisturbed"))
    died = subprocess.run([sys.executable, "-c", DIES, str(killed.root)], cwd=Path(__file__).parents[3], check=False)
    assert died.returncode == -signal.SIGKILL
    assert staged_provinces(killed) == []
    monkeypatch.setattr(parts, "REPORTS", 8)
    told = [read_province(home, "jiangsu").n_read for home in (killed, undisturbed)]
    assert 20 <= told[0] <= 40
    assert told[1] == 60
    assert corpus.files_of(killed.staged) == corpus.files_of(undisturbed.staged)
