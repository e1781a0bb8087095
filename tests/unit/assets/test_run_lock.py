"""One run at a time on one data folder, and no lock survives its process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assets.runtime.run_lock import HomeBusy, hold

HOLDER = """
import sys, time
from pathlib import Path
from assets.runtime.run_lock import hold
with hold(Path(sys.argv[1]), "the other run"):
    print("held", flush=True)
    time.sleep(60)
"""


def hold_elsewhere(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(home)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    other = hold_elsewhere(tmp_path)
    try:
        with (
            pytest.raises(
                HomeBusy, match=rf"in use by the other run \(process {other.pid}, since .*\); one run at a time"
            ),
            hold(tmp_path, "mine"),
        ):
            pass
    finally:
        other.kill()
        other.wait()


def test_a_killed_holder_leaves_nothing_behind(tmp_path: Path) -> None:
    other = hold_elsewhere(tmp_path)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with hold(tmp_path, "mine"):
        pass


def test_one_process_may_hold_it_twice_and_lets_go_at_the_end(tmp_path: Path) -> None:
    with hold(tmp_path, "outer"):
        with hold(tmp_path, "inner"):
            pass
        held = subprocess.run(
            [sys.executable, "-c", HOLDER, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert "HomeBusy" in held.stderr
    other = hold_elsewhere(tmp_path)
    other.kill()
    other.wait()
