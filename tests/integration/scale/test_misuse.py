"""What cannot work, a store that refuses, a full disk: one line that says so, and the last release as it was."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.replica import transfer
from pipelines.replica.published_release import published_home
from pipelines.replica.session import open_session
from pipelines.replica.store import StoreError
from tests.conftest import Gongkai
from tests.integration.scale import corpus, machines
from tests.integration.scale.nights import PAGES, tables
from tests.integration.scale.store.flaky_store import flaky


def no_bucket(patch: pytest.MonkeyPatch) -> str:
    return "s3://no-such-bucket/x"


def no_server(patch: pytest.MonkeyPatch) -> str:
    patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{machines.free_port()}")
    return f"s3://{machines.BUCKET}/x"


def no_credentials(patch: pytest.MonkeyPatch) -> str:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.delenv(name)
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    patch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    return f"s3://{machines.BUCKET}/x"


def no_scheduler(patch: pytest.MonkeyPatch) -> str:
    patch.setattr("pipelines.execution.cluster.CONNECT_SECONDS", 2)
    patch.setenv("GONGKAI_EXECUTOR", f"dask://127.0.0.1:{machines.free_port()}")
    return f"s3://{machines.BUCKET}/x"


def no_certificates(patch: pytest.MonkeyPatch) -> str:
    patch.setenv("GONGKAI_EXECUTOR", f"dask+tls://127.0.0.1:{machines.free_port()}")
    return f"s3://{machines.BUCKET}/x"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (no_bucket, "there is no such bucket"),
        (no_server, "the store cannot be reached; is AWS_ENDPOINT_URL right?"),
        (no_credentials, "no usable credentials: set AWS_ACCESS_KEY_ID"),
        (no_scheduler, "no Dask scheduler answers there"),
        (no_certificates, "no certificates for TLS; set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_cannot_work_is_one_line_before_anything_is_fetched(
    bucket: str,
    gongkai: Gongkai,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[pytest.MonkeyPatch], str],
    said: str,
) -> None:
    answer = gongkai("rebuild", "--home", wrong(monkeypatch))
    assert answer.code == 1
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_store_that_refuses_and_a_full_disk_leave_the_last_release(
    bucket: str, store_url: str, local: Home, tmp_path: Path, gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(shutil.copytree(local.root, tmp_path / "one"))
    with open_session(bucket, home, "first") as session:
        session.publish()
    before = tables(published_home(bucket, tmp_path / "reader"))
    with flaky(store_url, share=0.0) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        with open_session(bucket, home, "second") as session:
            corpus.archive(session.home, PAGES[:1], run_id="more", first=99)
            proxy.deny = "manifests"
            with pytest.raises(StoreError, match="the store refuses these credentials"):
                session.publish()
            proxy.deny = ""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv("AWS_ENDPOINT_URL", store_url)
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "replace_atomically", full)
        answer = gongkai("sql", "--home", bucket, "SELECT 1")
        assert (answer.code, answer.err.count("\n")) == (1, 1)
        assert answer.err.startswith("error: no space left on the disk of ")
        assert "make room there (and where GONGKAI_CACHE is) and run again" in answer.err
        with (
            pytest.raises(StoreError, match=r"cannot write .*: No space left on device"),
            open_session(bucket, Home(tmp_path / "new"), "third"),
        ):
            pass
    assert tables(published_home(bucket, tmp_path / "reader")) == before


_LOCAL_RUN = """
import sys
from gongkai import cli
from gongkai.services.nights import run
from gongkai.services.nights import demo
from gongkai.services.answers import sql
from gongkai.services.nights import status
import assets.definitions
from pathlib import Path
from pipelines.execution.executor import open_executor
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
with open_executor("processes", workers=1) as pool:
    pool.submit(int, "1").result()
query(Home(Path(sys.argv[1])), "SELECT 1")
heavy = ("botocore", "aiobotocore", "s3fs", "dask", "distributed", "pipelines.replica", "pipelines.execution.cluster", "moto",
         "dagster_docker", "kubernetes")
print([name for name in sys.modules if name.startswith(heavy)])
"""


def test_without_the_extras_nothing_of_this_is_imported(local: Home) -> None:
    command = [sys.executable, "-c", _LOCAL_RUN, str(local.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=machines.PROJECT)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_base_install_has_none_of_it() -> None:
    pinned = (machines.PROJECT / "requirements.txt").read_text("utf-8")
    for package in ("distributed", "dask", "botocore", "s3fs", "moto", "docker", "kubernetes"):
        assert f"\n{package}==" not in f"\n{pinned}"


def test_without_the_packages_the_setting_says_what_to_install(
    gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("distributed", "botocore", "botocore.session"):
        monkeypatch.setitem(sys.modules, package, None)
    assert "pip install 'gongkai[s3]'" in gongkai("sql", "--home", "s3://bucket/x", "SELECT 1").err
    monkeypatch.setenv("GONGKAI_EXECUTOR", "dask://127.0.0.1:1")
    assert "pip install 'gongkai[cluster]'" in gongkai("rebuild", "--home", "/nonexistent/x").err
