"""How long commands take to start, beside a bare interpreter and ``import polars`` of the same run. Prints a table.

``python -m bench.start [--home HOME]``: HOME holds a published warehouse (default data/demo); without one, sql is left out.
User time beside the clock: on a machine with other work the clock says little.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ROUNDS = 5


def measured(command: list[str]) -> tuple[float, float]:
    """Median seconds of a command: by the clock, and of the processor."""
    clock, user = [], []
    for _ in range(ROUNDS):
        before, started = os.times(), perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        after = os.times()
        clock.append(perf_counter() - started)
        user.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return median(clock), median(user)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, default=Path("data/demo"))
    home = parser.parse_args().home
    gongkai = [sys.executable, "-m", "gongkai.cli"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import polars": [sys.executable, "-c", "import polars"],
        "gongkai --version": [*gongkai, "--version"],
        "gongkai --help": [*gongkai, "--help"],
    }
    if (home / "warehouse" / "gongkai.duckdb").exists():
        asked = [*gongkai, "sql", "FROM marts.disclosure_rates", "--home", str(home)]
        commands |= {"gongkai sql": asked, "gongkai sql --format csv": [*asked, "--format", "csv"]}
        commands["gongkai status"] = [*gongkai, "status", "--home", str(home)]
    figures = {name: measured(command) for name, command in commands.items()}
    base = figures["import polars"]
    print("| command | seconds | processor seconds | of `import polars` |\n|---|---|---|---|")
    for name, (clock, user) in figures.items():
        print(f"| `{name}` | {clock:.2f} | {user:.2f} | {user / base[1]:.1f}× |")


if __name__ == "__main__":
    main()
