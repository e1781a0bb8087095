"""The files that only grow: fetch logs and archives. What may be sent of them while a crawl writes, and what is ahead.

A log is sent up to its last whole line, an archive up to the last record that a sent line speaks of: what a crash may cut
off again (``archive_writer.mend``) is never in the store, so what is there stays the beginning of the file.
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
    """Save what only this copy of a log has, when another machine has gone on from where both stood.

    Its whole lines become a log of their own, so that nothing fetched is lost; the index beside the logs is made anew.
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
    """(path, bytes that are final) of every log and archive that has more of them than the store."""
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
    yield from logs  # last: a log line is never in the store before the bytes it speaks of


def _whole_lines(log: Path, start: int, folder: str, claimed: dict[str, int]) -> int:
    """Bytes of whole lines from ``start`` on; notes in ``claimed`` how far they reach into which archive."""
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
