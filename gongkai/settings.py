"""Settings as the command line uses them: the environment, with options on top. The model is ``schemas.settings``.

Only the command line writes to the environment, so that its options also hold in the processes it starts (the Dagster
UI and its workers read the same variables).
"""

import os
from pathlib import Path

from gongkai.errors import WrongUsage
from schemas.settings import PREFIX, Settings, SettingsError
from schemas.settings import load_settings as _load

__all__ = ["DEMO_HOME", "Settings", "adopt", "load_settings"]

DEMO_HOME = Path("data") / "demo"
_DEMO_SOURCES = "demo-sources"  # where gongkai.demo.sites writes them


def load_settings(**options: object) -> Settings:
    """The settings of one command.

    On a demo folder the demo's own sources are the default: real sites must not be crawled into it by a plain `run`.

    Raises:
        WrongUsage: a value is wrong, or the data folder is a file.
    """
    global _home
    try:
        settings = _load(**options)
        demo = settings.home / _DEMO_SOURCES
        if options.get("sources") is None and f"{PREFIX}SOURCES" not in os.environ and demo.is_dir():
            settings = _load(**{**options, "sources": demo})
    except SettingsError as error:
        raise WrongUsage(str(error)) from error
    if settings.home.exists() and not settings.home.is_dir():
        raise WrongUsage(f"{settings.home}: the data folder is a file; name a folder with --home or {PREFIX}HOME")
    _home = settings.home
    return settings


_home: Path | None = None


def home_in_use() -> Path | None:
    """The data folder of this command, for its last words; None as long as none has been asked for."""
    return _home


def adopt(settings: Settings) -> None:
    """Make these settings the environment of this process and its children."""
    os.environ[f"{PREFIX}HOME"] = settings.address
    os.environ[f"{PREFIX}CACHE"] = str(settings.cache)
    os.environ[f"{PREFIX}SOURCES"] = str(settings.sources)
    os.environ[f"{PREFIX}ALLOW_HOSTS"] = ",".join(settings.allow_hosts)
    os.environ["DAGSTER_HOME"] = str(settings.home / "dagster")
