"""One archived capture read, with what the archive knows of it."""

from pipelines.crawl.archive.captures import LoadedCapture
from pipelines.extract.picture.sources import Recogniser
from pipelines.read.fact_frames import Identified
from pipelines.read.reader import read_bytes


def read_capture(loaded: LoadedCapture, recogniser: Recogniser) -> Identified:
    """Read a capture and its attachments. ``recogniser`` reads the pictures in them, or puts them off."""
    capture = loaded.capture
    reading = read_bytes(
        loaded.data,
        url=capture.url,
        content_type=capture.content_type,
        link_title=capture.link_title,
        province=capture.province,
        attachments=loaded.attachments,
        recogniser=recogniser,
    )
    return Identified(
        reading, capture.report_id, capture.payload_digest, capture.url, capture.source_id or None, capture.province,
        capture.first_fetched_at,
    )  # fmt: skip
