"""The object store: S3 and compatible servers. Reads, immutable writes and conditional writes.

Uses botocore with its bounded retries (500, 503, timeouts, dropped connections). s3fs, of the same extra, is only for DuckDB: it
reports a failed condition as a plain ``OSError``.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schemas.errors import GongkaiError

ATTEMPTS = 8
"""Attempts per request, with exponential backoff up to 20 s: enough for an outage of a minute."""
_READS = 3  # botocore does not retry a response that ends early
_FIRST_ATTEMPTS = 4  # of the request that tests address and credentials
_CHUNK = 1 << 20


class StoreError(GongkaiError):
    """The store cannot be used. The message is one line and says what to do."""


class Conflict(GongkaiError):
    """A conditional write failed: the object has changed since the writer read it."""


@dataclass(frozen=True)
class Found:
    """A small object as read."""

    body: bytes
    etag: str
    age: float  # seconds since it was written, by the store's own clock


class ObjectStore:
    """A bucket and a prefix. Keys are relative to the prefix. Thread-safe."""

    def __init__(self, address: str) -> None:
        """Connect and test the bucket.

        Raises:
            StoreError: the extra is missing, or the bucket, the endpoint or the credentials are wrong.
        """
        try:
            import botocore.session
            from botocore.config import Config
        except ImportError as error:
            raise StoreError(f"GONGKAI_HOME={address}: needs the extra: pip install 'gongkai[s3]'") from error
        parts = urlsplit(address)
        self.address, self._bucket, prefix = address, parts.netloc, parts.path.strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        session = botocore.session.get_session()

        def client(attempts: int) -> Any:
            retries = {"mode": "standard", "total_max_attempts": attempts}
            return session.create_client(
                "s3", region_name=session.get_config_variable("region") or "us-east-1",
                config=Config(retries=retries, connect_timeout=5, read_timeout=60, max_pool_connections=16),
            )  # fmt: skip

        with self._told(""):
            self._client = client(_FIRST_ATTEMPTS)
            self._client.head_bucket(Bucket=self._bucket)
            self._client = client(ATTEMPTS)

    def url(self, key: str) -> str:
        """The ``s3://`` address of the object, for other tools."""
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def read(self, key: str) -> Found | None:
        """A small object, or None if it does not exist. Retried if the connection breaks during the response."""
        from botocore.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

        with self._told(key):
            for _ in range(_READS - 1):
                with suppress(IncompleteReadError, ReadTimeoutError, ResponseStreamingError):
                    return self._read(key)
            return self._read(key)

    def _read(self, key: str) -> Found | None:
        try:
            answer = self._client.get_object(**self._at(key))
        except self._client.exceptions.NoSuchKey:
            return None
        return Found(answer["Body"].read(), answer["ETag"], _age(answer))

    def write(self, key: str, body: bytes) -> None:
        """Write an object whose key contains its digest. Idempotent."""
        with self._told(key):
            self._client.put_object(**self._at(key), Body=body)

    def write_if(self, key: str, body: bytes, seen: str | None) -> str:
        """Write if the object still has the etag ``seen`` (None: does not exist). Returns its new etag.

        ``body`` must be unique to this writer: after a lost response it shows whether the write was ours.

        Raises:
            Conflict: another writer was faster.
        """
        condition = {"IfMatch": seen} if seen is not None else {"IfNoneMatch": "*"}
        with self._told(key):
            try:
                return str(self._client.put_object(**self._at(key), Body=body, **condition)["ETag"])
            except self._client.exceptions.ClientError as error:
                if _status(error) not in (404, 409, 412):
                    raise
        now = self.read(key)  # after a lost response a retry fails on the success of the first attempt
        if now is not None and now.body == body:
            return now.etag
        raise Conflict(self.url(key))

    def has(self, key: str) -> bool:
        """Whether the object exists."""
        with self._told(key):
            try:
                self._client.head_object(**self._at(key))
            except self._client.exceptions.ClientError as error:
                if _status(error) == 404:
                    return False
                raise
            return True

    def chunks(self, key: str) -> Iterator[bytes]:
        """The bytes of an object, in chunks. Raises if the connection breaks; the caller starts again."""
        with self._told(key):
            yield from self._client.get_object(**self._at(key))["Body"].iter_chunks(_CHUNK)

    def keys(self, under: str) -> Iterator[tuple[str, datetime]]:
        """Keys below ``under`` and when each was written."""
        with self._told(under):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}{under}"):
                for item in page.get("Contents", ()):
                    yield item["Key"].removeprefix(self._prefix), item["LastModified"]

    def delete(self, key: str) -> None:
        """Delete an object."""
        with self._told(key):
            self._client.delete_object(**self._at(key))

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{key}"}

    def _told(self, key: str) -> "_Told":
        return _Told(self.address, key)


class _Told:
    """Convert botocore's errors to StoreError with a one-line message."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address, key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError | BotoCoreError | ValueError):
            raise StoreError(f"{self._address}: {_reason(error)}" + (f" ({self._key})" if self._key else "")) from error


def _reason(error: Exception) -> str:
    from botocore import exceptions as known

    if isinstance(error, known.NoCredentialsError | known.PartialCredentialsError | known.ProfileNotFound):
        return f"no usable credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE ({error})"
    if isinstance(error, known.EndpointConnectionError | known.ConnectTimeoutError | known.ConnectionError):
        return f"the store cannot be reached; is AWS_ENDPOINT_URL right? ({error})"
    if isinstance(error, known.ClientError):
        status, code = _status(error), error.response.get("Error", {}).get("Code", "")
        if status == 404:
            return "there is no such bucket or object"
        if status in (401, 403):
            return f"the store refuses these credentials ({code})"
        return f"the store answers {status} {code}, after {ATTEMPTS} attempts at most"
    return " ".join(str(error).split())


def _status(error: Any) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _age(answer: dict[str, Any]) -> float:
    """Age by the clock of the store, so that the clocks of writers need not agree."""
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    written: datetime = answer["LastModified"]
    now = parsedate_to_datetime(told) if told else datetime.now(written.tzinfo)
    return max(0.0, (now - written).total_seconds())


def place_of(path: Path, root: Path) -> str:
    """Path below the data folder, as manifests name it."""
    return path.relative_to(root).as_posix()
