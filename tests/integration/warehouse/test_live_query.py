"""A statement ends in any case: when it is done, when its time is over, when the user has enough."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.warehouse.errors import QueryRefused
from pipelines.warehouse.queries import live_query
from pipelines.warehouse.queries.live_query import QueryStuck, QueryTimedOut, ask
from tests.conftest import Gongkai

_ENDLESS = "SELECT count(*) FROM range(100000000000) a, range(1000) b"

_TEXT_REUSE = """
import duckdb
from pipelines.warehouse.marts import marts
select = next(mart.select for mart in marts() if mart.name == "text_reuse")
made = duckdb.connect(":memory:")
made.execute('''CREATE TABLE reports AS SELECT i::VARCHAR AS report_id, (i // 5)::VARCHAR AS agency_id, 'a' || i AS agency_name,
    's' AS scope, 2020 + i % 5 AS report_year, true AS is_primary FROM range(100000) t(i)''')
made.execute('''CREATE TABLE sections AS SELECT i::VARCHAR AS report_id, s AS section_no,
    repeat('文字' || (i % 97)::VARCHAR, 3) AS text FROM range(100000) t(i), (VALUES (1), (5)) v(s)''')
print(len(made.execute(f"SELECT * FROM ({select}) LIMIT 10").fetchall()))
"""


def test_a_limit_over_a_mart_that_reads_one_cte_twice_ends() -> None:
    """DuckDB 2.0.0 waits for ever here, all threads asleep; 2.0.1 answers within a second or two."""
    done = subprocess.run([sys.executable, "-c", _TEXT_REUSE], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "10\n"), done.stderr


def test_rows_come_before_the_statement_has_ended(first_night: Path) -> None:
    with ask(Home(first_night), "FROM range(1000000000000) t(i)", seconds=60) as answer:
        assert answer.names == ("i",)
        assert answer.first(3) == [(0,), (1,), (2,)]


def test_a_statement_that_takes_too_long_is_refused(first_night: Path) -> None:
    with (
        pytest.raises(QueryTimedOut, match=r"longer than 0\.5 s"),
        ask(Home(first_night), _ENDLESS, seconds=0.5) as answer,
    ):
        answer.first(1)


def test_a_statement_that_does_not_stop_is_given_up(first_night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under DuckDB 2.0.0: the thread hears no interrupt."""
    monkeypatch.setattr(live_query, "_GRACE_SECONDS", 0.2)
    with pytest.raises(QueryStuck), ask(Home(first_night), "SELECT 1", seconds=0.5) as answer:
        answer._worker.call(lambda: time.sleep(20))


@pytest.mark.parametrize(("count", "more"), [(200, False), (201, True)])
def test_the_rest_is_counted_without_fetching_it(first_night: Path, count: int, more: bool) -> None:
    with ask(Home(first_night), f"FROM range({count}) t(i);", seconds=60) as answer:
        assert (len(answer.first(201)) > 200) is more
        assert answer.count(10) == count


def test_what_is_wrong_is_refused_as_ever(first_night: Path) -> None:
    for statement in ("SELEC 1", "DROP TABLE reports", "SELECT 1; SELECT 2", "SELECT nonsense FROM reports"):
        with pytest.raises(QueryRefused), ask(Home(first_night), statement):
            pass


def test_the_command_has_a_timeout(gongkai: Gongkai, first_night: Path) -> None:
    answer = gongkai("sql", _ENDLESS, "--timeout", "0.5", "--home", first_night)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert answer.err.startswith("error: the statement took longer than 0.5 s")
    os.environ["GONGKAI_SQL_TIMEOUT"] = "1"
    assert "longer than 1 s" in gongkai("sql", _ENDLESS, "--home", first_night, "--format", "csv").err


@pytest.mark.parametrize("form", ["table", "csv"])
def test_ctrl_c_interrupts_at_once_and_leaves_one_line(first_night: Path, form: str) -> None:
    command = [sys.executable, "-m", "gongkai.cli", "sql", _ENDLESS, "--home", str(first_night), "--format", form]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(5)  # it has begun by then; were it still starting, the answer must be the same
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, "", "interrupted\n")


def test_a_closed_pipe_ends_quietly_and_soon(first_night: Path) -> None:
    command = [sys.executable, "-m", "gongkai.cli", "sql", "FROM range(1000000000000) t(i)", "--home", str(first_night)]
    for form in ("csv", "json", "md"):
        running = subprocess.Popen(
            [*command, "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.wait(timeout=60) == 0
        assert running.stderr.read() == ""


def test_nothing_is_said_on_stderr_when_all_is_well(first_night: Path) -> None:
    """Neither the database nor anything else leaves lines at the end of the process ("nanobind: leaked …")."""
    for command in (("sql", "SELECT 1"), ("sql", "FROM reports", "--format", "json"), ("status",), ("--version",)):
        home = () if command == ("--version",) else ("--home", str(first_night))
        done = subprocess.run(
            [sys.executable, "-m", "gongkai.cli", *command, *home], capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, ""), command
