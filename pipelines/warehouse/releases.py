"""Releases: number, content, and difference from the previous one. For information; never blocks."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.atomic import replace_atomically
from pipelines.home import Home
from pipelines.warehouse.database import Connection
from schemas.tables import TABLES


@dataclass(frozen=True)
class Content:
    """What a file holds: rows by table, findings by rule, reports by year."""

    rows: dict[str, int]
    findings: dict[str, int]
    reports_by_year: dict[str, int]
    sections: dict[str, int]  # reports on a form, and those with all its sections
    fingerprint: str  # of the published rows: equal content, equal fingerprint


def describe(connection: Connection) -> Content:
    """Count the draft."""
    rows = {name: _pairs(connection, f"SELECT 'n', count(*) FROM {name}")["n"] for name in TABLES}
    findings = _pairs(connection, "SELECT rule, count(*) FROM quality.findings GROUP BY ALL ORDER BY ALL")
    years = _pairs(
        connection,
        "SELECT coalesce(report_year::VARCHAR, 'unknown'), count(*) FROM reports WHERE is_primary"
        " GROUP BY ALL ORDER BY 1",
    )
    mark = connection.execute(
        "SELECT coalesce(bit_xor(hash(report_id, version, content_hash)), 0)::VARCHAR FROM reports"
    ).fetchone()
    return Content(rows, findings, years, _sections(connection), mark[0] if mark else "")


def _sections(connection: Connection) -> dict[str, int]:
    """How many reports follow a form, and how many of them have every section of it."""
    return _pairs(
        connection,
        "WITH r AS (SELECT report_id, bool_and(section_status = 'present') AS whole FROM marts.section_coverage GROUP BY ALL)"
        " SELECT 'reports', count(*) FROM r UNION ALL SELECT 'whole', count(*) FILTER (whole) FROM r",
    )


def _pairs(connection: Connection, sql: str) -> dict[str, int]:
    return {str(key): int(value) for key, value in connection.execute(sql).fetchall()}


def folder(home: Home) -> Path:
    """Folder of former files and of the JSON of every release."""
    return home.warehouse.parent / "releases"


def record(home: Home, content: Content, *, keep: int) -> tuple[int, str]:
    """Number the release that is about to be published; write its JSON and summary; keep the file it replaces.

    Returns the number and the difference from the release before in one line.
    """
    last = latest(home)
    number = (last["release"] + 1) if last else 1
    changes = difference(last, content)
    told: dict[str, Any] = {
        "release": number, "published_at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(content),
        "changes": changes,
    }  # fmt: skip
    if last and home.warehouse.exists() and keep:
        _keep_file(home.warehouse, folder(home) / f"gongkai-{last['release']:06d}.duckdb")
    text = json.dumps(told, ensure_ascii=False, indent=1)
    replace_atomically(folder(home) / f"{number:06d}.json", lambda p: p.write_text(text, "utf-8"))
    summary = "\n".join([f"# Release {number}", "", *(f"- {line}" for line in changes), ""])
    replace_atomically(folder(home) / f"{number:06d}.md", lambda p: p.write_text(summary, "utf-8"))
    _forget(home, keep)
    return number, "; ".join(changes)


def latest(home: Home) -> dict[str, Any] | None:
    """The note of the newest release, or None."""
    notes = sorted(folder(home).glob("[0-9]*.json"))
    return json.loads(notes[-1].read_text("utf-8")) if notes else None


def note(home: Home, release: int) -> dict[str, Any]:
    """The note of one release; empty but for its number where it is gone."""
    path = folder(home) / f"{release:06d}.json"
    told: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"release": release}
    return told


def difference(last: dict[str, Any] | None, now: Content) -> list[str]:
    """What changed, in lines a person reads: tables, findings by rule, reports by year."""
    if last is None:
        return [f"first release: {now.rows['reports']} reports, {sum(now.findings.values())} findings"]
    lines: list[str] = []
    for what, before, after in (
        ("", last["rows"], now.rows),
        ("findings ", last["findings"], now.findings),
        ("reports of ", last["reports_by_year"], now.reports_by_year),
    ):
        for key in sorted(before.keys() | after.keys()):
            old, new = before.get(key, 0), after.get(key, 0)
            if old != new:
                lines.append(f"{what}{key}: {old} → {new} ({new - old:+d})")
    if not lines and last["fingerprint"] != now.fingerprint:
        lines.append("the same counts, other content")
    return lines or ["nothing changed"]


def _keep_file(current: Path, kept: Path) -> None:
    """Hard-link the published file: no copy, and the published path always exists."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.unlink(missing_ok=True)
    os.link(current, kept)


def _forget(home: Home, keep: int) -> None:
    files = sorted(folder(home).glob("gongkai-*.duckdb"))
    for old in files[: max(len(files) - keep, 0)]:
        old.unlink(missing_ok=True)
