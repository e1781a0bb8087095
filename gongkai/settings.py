"""Settings as the command line uses them: the environment, with options on top. The model is ``schemas.settings``.

Only the front door writes to the environment: what was decided here must also hold in the processes it starts (the Dagster
UI and its workers read the same variables).
"""

import os
from pathlib import Path

from schemas.settings import PREFIX, Settings, load_settings

__all__ = ["DEMO_HOME", "Settings", "adopt", "load_settings"]

DEMO_HOME = Path("data") / "demo"


def adopt(settings: Settings) -> None:
    """Make these settings the environment of this process and its children."""
    os.environ[f"{PREFIX}HOME"] = str(settings.home)
    os.environ[f"{PREFIX}SOURCES"] = str(settings.sources)
    os.environ[f"{PREFIX}ALLOW_HOSTS"] = ",".join(settings.allow_hosts)
    os.environ["DAGSTER_HOME"] = str(settings.home / "dagster")
