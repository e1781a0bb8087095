"""Imported by Python at start, from ``PYTHONPATH``: ``tests/conftest.py`` sets it for itself and for every child."""

from importlib import import_module

for _module in ("only_loopback", "no_waiting_for_disks"):  # what they do, they do when they are imported
    import_module(_module)
