"""One thread computes at a time; whoever waits lets the others go on."""

import threading

from pipelines.crawl.turns import Turn, Waiting


def test_one_thread_at_a_time_computes() -> None:
    turn, inside, most = Turn(), [], []

    def compute() -> None:
        for _ in range(200):
            with turn:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=compute) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(most) == {1}


def test_whoever_waits_gives_the_turn_up_and_gets_it_back() -> None:
    turn, done = Turn(), threading.Event()

    def other() -> None:
        with turn:
            done.set()

    with turn:
        thread = threading.Thread(target=other)
        thread.start()
        assert not done.wait(0.05)
        with Waiting():
            assert done.wait(30)
            thread.join(30)
        late = threading.Thread(target=other)
        done.clear()
        late.start()
        assert not done.wait(0.05), "the turn is held again"
    late.join(30)
    assert done.is_set()


def test_waiting_is_nothing_to_a_thread_without_a_turn() -> None:
    with Waiting(), Waiting():
        pass
    turn = Turn()
    with turn, Waiting(), Waiting(), turn:
        pass
    with turn:
        pass
