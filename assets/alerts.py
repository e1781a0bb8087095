"""Alerts: a JSON message to a webhook when a run fails or nothing new arrives. Configured by GONGKAI_ALERT_WEBHOOK."""

import json
import urllib.request
from datetime import UTC, datetime

TIMEOUT_SECONDS = 10


def post(url: str, *, kind: str, reason: str, **details: object) -> int:
    """Post one alert and return the HTTP status.

    The message is plain JSON with ``source, kind, reason, at`` and details, which the usual chat and paging services take
    through their generic inbound hook.

    Raises:
        OSError: the receiver could not be reached or answered with an error.
    """
    message = {
        "source": "gongkai",
        "kind": kind,
        "reason": reason,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    body = json.dumps({**message, **details}, ensure_ascii=False, default=str).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        return int(answer.status)
