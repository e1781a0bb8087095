"""What an extractor is given: the bytes of one file and what is known of them."""

from typing import NamedTuple


class SourceFile(NamedTuple):
    """One file.

    Attributes:
        data: its bytes.
        url: where it was fetched; relative addresses in it are resolved against this.
        content_type: the HTTP header.
        name: the file name.
    """

    data: bytes
    url: str | None = None
    content_type: str | None = None
    name: str | None = None
