"""Alerts: a JSON message to a webhook when a run fails or nothing new arrives. Configured by GONGKAI_ALERT_WEBHOOK."""

import json
from datetime import UTC, datetime

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from schemas.errors import GongkaiError

TIMEOUT_SECONDS = 10
ATTEMPTS = 4
"""A receiver that restarts must not cost an alert: the failure sensor reports each run once and never comes back to it."""


class AlertNotDelivered(GongkaiError):
    """The receiver did not take the message; the tick of the sensor fails with this reason."""


def post(url: str, *, kind: str, reason: str, pause: float = 1.0, **details: object) -> None:
    """Post one alert, again when the receiver is not there or answers 429 or 5xx.

    The message is plain JSON with ``source, kind, reason, at`` and details, which the usual chat and paging services take
    through their generic inbound hook.

    Args:
        pause: Seconds before the second attempt; doubled with every further one.

    Raises:
        AlertNotDelivered: all attempts failed, or the receiver refused the message.
    """
    message = {
        "source": "gongkai",
        "kind": kind,
        "reason": reason,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    body = json.dumps({**message, **details}, ensure_ascii=False, default=str).encode()
    again = Retry(
        ATTEMPTS - 1, backoff_factor=pause, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None, redirect=0
    )
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=again))
        try:
            answer = session.post(url, body, headers={"Content-Type": "application/json"}, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise AlertNotDelivered(f"the alert '{kind}' was not delivered: {type(error).__name__}") from error
