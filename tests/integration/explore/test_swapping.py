"""The pages answer while the nightly run replaces the file under them."""

import shutil
import threading
from pathlib import Path

from gongkai.explore.app import application
from gongkai.explore.in_process import get
from gongkai.explore.store import Store
from pipelines.home import Home

SWAPS = 12


def test_every_page_answers_while_the_file_is_replaced(own_first_night: Path) -> None:
    home = Home(own_first_night)
    app = application(home)
    row = Store(home).ask("export_reports").rows[0]
    report, organ = row["report_id"], row["agency_id"]
    paths = ["/", f"/report/{report}", f"/source/{report}/1", f"/organ/{organ}", "/findings", "/data/findings.csv"]
    answers: list[int] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            answers.extend(get(app, path).status for path in paths)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(SWAPS):
        fresh = home.warehouse.with_name(f"next-{number}.duckdb")
        shutil.copy(home.warehouse, fresh)
        fresh.replace(home.warehouse)
        until = len(answers) + len(paths)
        while len(answers) < until and all(reader.is_alive() for reader in readers):
            readers[0].join(0.01)
    is_over.set()
    for reader in readers:
        reader.join(120)
    assert set(answers) == {200}
    assert len(answers) >= SWAPS * len(paths)
