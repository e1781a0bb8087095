"""Append-only files: fetch logs and archives. Which of their bytes may be uploaded while a crawl is writing.

A log is uploaded up to its last complete line, an archive up to the last record that an uploaded line refers to. Bytes that a
crash may truncate (``archive_writer.mend``) are never uploaded, so the stored bytes are always a prefix of the file.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.atomic import replace_atomically
from pipelines.home import Home
from pipelines.replica.local_state import begins_with
from pipelines.replica.manifest import Entry, size


def set_aside(log: Path, entry: Entry) -> None:
    """Keep the lines that only this copy of a log has, when another machine has continued from the common beginning.

    They become a separate log file, so that no fetch is lost; the index beside the logs is rebuilt.
    """
    if log.exists() and not begins_with(log, entry):
        common = next(n for n in range(len(entry), -1, -1) if begins_with(log, entry[:n]))
        tail = log.read_bytes()[size(entry[:common]) :]
        lines = tail[: tail.rfind(b"\n") + 1]
        if lines:
            name = f"{log.stem}-{hashlib.sha256(lines).hexdigest()[:12]}.jsonl"
            replace_atomically(log.with_name(name), lambda draft: draft.write_bytes(lines))
        for index in log.parent.glob("index.sqlite*"):
            index.unlink()


def is_growing(path: str) -> bool:
    """Whether a path below the data folder is a log or an archive."""
    return path.startswith(("fetches/", "archive/"))


def extents(home: Home, held: Mapping[str, Entry]) -> Iterator[tuple[str, int]]:
    """(path, number of final bytes) of every log and archive that has more final bytes than the store."""
    claimed: dict[str, int] = defaultdict(int)
    logs = []
    for log in sorted(home.fetches.glob("*/*.jsonl")):
        path = log.relative_to(home.root).as_posix()
        sent = size(held.get(path, ()))
        end = sent + _whole_lines(log, sent, f"archive/{log.parent.name}", claimed)
        if end > sent:
            logs.append((path, end))
    for path, end in sorted(claimed.items()):
        if end > size(held.get(path, ())):
            yield path, end
    yield from logs  # logs last: a log line is never uploaded before the bytes it refers to


def _whole_lines(log: Path, start: int, folder: str, claimed: dict[str, int]) -> int:
    """Number of bytes of complete lines from ``start`` on. Records in ``claimed`` which archive bytes they refer to."""
    total = 0
    with log.open("rb") as handle:
        handle.seek(start)
        for line in handle:
            if not line.endswith(b"\n"):
                break
            total += len(line)
            record = json.loads(line)
            if record.get("warc_file") and record.get("warc_offset") is not None:
                path = f"{folder}/{record['warc_file']}"
                claimed[path] = max(claimed[path], record["warc_offset"] + (record.get("warc_length") or 0))
    return total
