"""Maps exceptions of an exchange to outcome classes."""

import re
import ssl
import zlib
from http.client import HTTPException

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    ProtocolError,
    ReadTimeoutError,
)

from pipelines.crawl.fetching.guard import RefusedByGuard
from pipelines.crawl.outcomes import Outcome
from schemas.errors import GongkaiError

_CONNECTION = re.compile(r"^(?:None|\w+\(host=[^)]*\)): ")  # which urllib3 puts before its words
_LEGACY_HINTS = (
    "UNSAFE_LEGACY_RENEGOTIATION",
    "DH_KEY_TOO_SMALL",
    "UNSUPPORTED_PROTOCOL",
    "EE_KEY_TOO_SMALL",
    "CA_MD_TOO_WEAK",
)


_CURVE_HINTS = ("HANDSHAKE_FAILURE", "INTERNAL_ERROR", "UNEXPECTED_EOF", "ILLEGAL_PARAMETER")


class Stopped(GongkaiError):
    """We stopped reading."""


class TooLarge(Stopped):
    """A byte cap was reached."""


class DeadlineStruck(Stopped):
    """The total deadline was reached between two reads."""


class DamagedBody(ProtocolError):
    """A body that does not match its Content-Encoding. The connection and the host are fine."""


def innermost(error: BaseException) -> BaseException:
    """The innermost error: urllib3 wraps those of http.client and of the socket."""
    while isinstance(error, HTTPError) and error.args and isinstance(error.args[-1], BaseException):
        error = error.args[-1]
    return error


def failure_class(error: Exception) -> tuple[Outcome, str]:
    """Outcome class and a one-line message."""
    cause = innermost(error)
    text = _CONNECTION.sub("", str(cause)) or type(cause).__name__
    match cause:
        case RefusedByGuard():
            return Outcome.REFUSED_BY_GUARD, text
        case TooLarge():
            return Outcome.TOO_LARGE, text
        case ssl.SSLError():
            hint = "; tls: legacy may help" if any(mark in text for mark in _LEGACY_HINTS) else ""
            hint = hint or ("; tls: p256 may help" if any(mark in text for mark in _CURVE_HINTS) else "")
            return Outcome.TLS_FAILED, text + hint
        case ConnectTimeoutError():  # refused and unresolved too, which urllib3 derives from it: there is no connection
            return Outcome.CONNECTION_FAILED, text
        case TimeoutError() | ReadTimeoutError():
            return Outcome.TIMEOUT, text
        case IncompleteRead() | ProtocolError() | HTTPException() | zlib.error():
            return Outcome.CONNECTION_FAILED, f"broken response: {text}"
        case ValueError():
            return Outcome.WRONG_TYPE, text
        case _:
            return Outcome.CONNECTION_FAILED, text
