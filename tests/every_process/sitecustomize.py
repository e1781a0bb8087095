"""Imported by Python at start, from ``PYTHONPATH``: ``tests/conftest.py`` sets it for itself and for every child."""

import no_waiting_for_disks  # noqa: F401 - importing is what installs it
import only_loopback  # noqa: F401
