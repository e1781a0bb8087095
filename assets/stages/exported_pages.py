"""The pages of `gongkai explore` as files, as an asset: in the lineage only when ``GONGKAI_EXPORT_PAGES`` switches it on."""

import subprocess
import sys
import time

import dagster as dg

from assets.display.metadata import seconds_since
from assets.runtime import progress
from assets.runtime.resources import DataFolder
from assets.stages.marts import MART_KEYS
from schemas.errors import GongkaiError
from schemas.settings import PROJECT

_HOURS = 12
"""The first export of a large warehouse makes every page; later ones only those that changed."""


class PagesNotExported(GongkaiError, RuntimeError):
    """The command that writes the pages failed; its message follows."""


@dg.asset(
    deps=MART_KEYS,
    group_name="marts",
    kinds={"html"},
    description="exports/pages/: every page of `gongkai explore` as a file, in Chinese and in English, with the Atom feed."
    " | gongkai explore 各页面的静态文件（中英文），附变更订阅。",
)
def exported_pages(data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Run the command in a process of its own: the pages belong to a layer above this one."""
    started = time.perf_counter()
    to = data_folder.home.exports / "pages"
    progress.report("export pages", 0, 1)
    command = [
        sys.executable,
        "-m",
        "gongkai.cli",
        "explore",
        "--home",
        str(data_folder.home.root),
        "--export",
        str(to),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=_HOURS * 3600, check=False)
    told = done.stderr.strip().splitlines()
    if done.returncode:
        raise PagesNotExported(told[-1] if told else f"gongkai explore --export ended with status {done.returncode}")
    data_folder.work.publish()
    progress.report("export pages", 1, 1)
    return dg.MaterializeResult(metadata={"written": told[-1] if told else "", "seconds": seconds_since(started)})
