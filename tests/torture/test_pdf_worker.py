"""The process that reads PDFs may die, hang, or answer nonsense: that ends one document and not the run."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.extract.pdf.engine import worker
from pipelines.extract.pdf.engine.wire import dumped, loaded
from tests.unit.extract.builders import Pdf, grids, lines

ROOT = Path(__file__).parents[2]


def report(text: str = "正文") -> bytes:
    return Pdf().text(50, 80, text).table(50, 100, [100, 60], [["规章", "12"]]).save()


def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Put a worker in place that does ``body`` for every document it receives."""
    source = f"""
        import os, signal, socket, sys, time
        from pipelines.extract.pdf.engine.worker_main import HEADER, receive
        connection = socket.socket(fileno=0)
        while True:
            size, _ = HEADER.unpack(receive(connection, HEADER.size))
            data = receive(connection, size)
            {body}
    """
    (tmp_path / "fake_pdf_worker.py").write_text(textwrap.dedent(source))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    worker._shared.close()
    monkeypatch.setattr(worker, "_new_worker", lambda: worker.Worker("fake_pdf_worker"))


@pytest.fixture(autouse=True)
def _clean() -> object:
    yield
    worker._shared.close()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "processor time"),
        ("sys.exit(3)", "code 3"),
        ("time.sleep(60)", "did not answer"),
        ("connection.sendall(HEADER.pack(1 << 40, 0.0))", "bytes"),
        ("connection.sendall(HEADER.pack(4, 0.0) + b'null')", "no sound answer"),
        ("connection.sendall(HEADER.pack(9, 0.0) + b'{')", "did not answer"),
    ],
)
def test_a_worker_that_fails_ends_one_document(
    body: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(worker, "PATIENCE", 2.0)
        fake(tmp_path, patch, body)
        document = extract(report())
        assert told in (document.problem or "")
        assert document.blocks == ()
        worker._shared.close()
    assert lines(extract(report())) == ["正文"]


def test_a_worker_killed_between_documents_is_replaced() -> None:
    extract(report())
    held = worker._shared.worker
    assert held is not None
    os.kill(held.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert grids(extract(report())) == [[["规章", "12"]]]


def test_a_new_process_is_started_after_so_many_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    worker._shared.close()
    monkeypatch.setattr(worker, "DOCUMENTS", 2)
    pids = []
    for _ in range(4):
        extract(report())
        assert worker._shared.worker is not None
        pids.append(worker._shared.worker.pid)
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_threads_share_the_worker() -> None:
    texts = [f"正文{number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        assert [lines(document) for document in pool.map(extract, map(report, texts))] == [[text] for text in texts]


def test_the_daemonic_processes_of_a_pool_have_workers_of_their_own() -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert [lines(document) for document in pool.map(extract, [report()] * 4)] == [["正文"]] * 4
    with get_context("spawn").Pool(1) as daemons:  # these may have no children of multiprocessing
        assert lines(daemons.apply(extract, (report(),))) == ["正文"]


def test_the_worker_ends_with_its_process() -> None:
    code = (
        "from pipelines.extract.extract import extract; from pipelines.extract.pdf.engine import worker; "
        "from tests.torture.test_pdf_worker import report; extract(report()); print(worker._shared.worker.pid, flush=True); "
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    pid = int(child.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker outlives the process that it works for")


def test_what_crosses_is_what_was_read() -> None:
    document = extract(report())
    assert loaded(dumped(document)) == document
    assert isinstance(document, Document)
