"""Who may write to a store: one run at a time, also when answers are lost or a run falls silent."""

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.replica import lease as leases
from pipelines.replica import store as stores
from pipelines.replica.lease import LeaseHeld, LeaseLost, lease
from pipelines.replica.manifest import CURRENT, HEAD, follow
from pipelines.replica.session import open_session
from pipelines.replica.store import Conflict, ObjectStore, StoreError
from tests.integration.scale import corpus
from tests.integration.scale.nights import PAGES
from tests.integration.scale.store.flaky_store import flaky


def test_of_many_runs_that_begin_at_once_one_holds_the_lease(bucket: str) -> None:
    store, held, refused = ObjectStore(bucket), [], []
    begin, end = threading.Barrier(6), threading.Event()

    def run(number: int) -> None:
        begin.wait()
        try:
            with lease(store, f"run {number}", f"owner {number}"):
                held.append(number)
                end.wait(120)
        except LeaseHeld as error:
            refused.append(str(error))
            if len(refused) == 5:
                end.set()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(held), len(refused)) == (1, 5)
    assert all("one run at a time" in line and "\n" not in line for line in refused)
    with lease(store, "the next", "owner 9"):
        pass


def test_a_run_that_fell_silent_is_overtaken_and_cannot_publish(
    bucket: str, local: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        with monkeypatch.context() as patch:  # of the slow run alone: the quick one renews its lease
            patch.setattr(leases, "SECONDS", 1.0)
            patch.setattr(leases.Lease, "_keep", lambda self: None)
            slow = stack.enter_context(open_session(bucket, Home(tmp_path / "slow"), "slow"))
        corpus.archive(slow.home, PAGES[:8])
        while True:  # until the store's clock, in whole seconds, says that the lease has run out
            try:
                with open_session(bucket, Home(tmp_path / "quick"), "quick") as quick:
                    corpus.archive(quick.home, PAGES[8:16], run_id="quick")
                    quick.push_growing()
                break
            except LeaseHeld:
                continue
        before = follow(ObjectStore(bucket), HEAD)
        with pytest.raises(LeaseLost, match="nothing was published"):
            slow.push()
        slow._lease.check = lambda: None  # type: ignore[method-assign]  # even a run that does not notice
        with pytest.raises(LeaseLost, match="another run has written meanwhile"):
            slow.push()
    assert follow(ObjectStore(bucket), HEAD).name == before.name
    assert follow(ObjectStore(bucket), CURRENT).name is None


def test_a_write_whose_answer_was_lost_is_not_taken_for_another_run(bucket: str) -> None:
    store = ObjectStore(bucket)
    first = store.write_if("x", b"mine", None)
    assert store.write_if("x", b"mine", None) == first
    with pytest.raises(Conflict):
        store.write_if("x", b"other", None)
    with pytest.raises(Conflict):
        store.write_if("x", b"other", '"0"')


def test_a_renewal_whose_answer_was_lost_is_not_taken_for_another_run(
    bucket: str, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one meets an object that it has not seen, and that is its own all the same."""
    monkeypatch.setattr(stores, "ATTEMPTS", 1)
    with flaky(store_url, share=0.0) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        store = ObjectStore(bucket)
        with lease(store, "a run", "owner") as held:
            proxy.lose = leases.KEY
            held.renew()
            assert proxy.failed
            proxy.lose = ""
            held.renew()
            held.check()
        with lease(store, "the next", "another owner"):
            pass


def test_an_answer_that_ends_early_is_asked_for_again(
    bucket: str, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pointers and manifests, too: botocore repeats requests, not the reading of their answers."""
    with flaky(store_url, share=0.0) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        store = ObjectStore(bucket)
        store.write("x", b"whole" * 100)
        proxy.cuts = 2
        found = store.read("x")
        assert found is not None
        assert found.body == b"whole" * 100
        proxy.cuts = 3
        with pytest.raises(StoreError):
            store.read("x")
