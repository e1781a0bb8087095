"""One object store and one Dask cluster a test process, and a corpus that all tests of this folder read."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.home import Home
from tests.integration.scale import corpus, machines
from tests.integration.scale.nights import PAGES, make


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """Endpoint of the S3 server."""
    with machines.object_store() as url:
        yield url


@pytest.fixture
def bucket(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _clean_environment: None) -> str:
    """A prefix of its own on the store, with credentials and a cache folder set."""
    for name, value in machines.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", store_url)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("GONGKAI_CACHE", str(tmp_path / "cache"))
    return f"s3://{machines.BUCKET}/{uuid.uuid4().hex}"


@pytest.fixture(scope="session")
def dask() -> Iterator[machines.Cluster]:
    """A scheduler with two workers, each a process. A test that kills a worker starts another."""
    with machines.cluster() as made:
        yield made


@pytest.fixture(scope="session")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A data folder with 240 archived reports. Copy it before writing."""
    home = Home(tmp_path_factory.mktemp("corpus"))
    corpus.archive(home, list(corpus.pages(240)))
    return home


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small corpus in a folder on this machine, published. Copy it before writing."""
    home = Home(tmp_path_factory.mktemp("local"))
    corpus.archive(home, PAGES)
    make(home)
    return home
