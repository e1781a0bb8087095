"""Expected failures are told by their class, wherever it stands."""

import pkgutil
from importlib import import_module

import pytest
from dagster_shared.error import SerializableErrorInfo

import pipelines
import schemas
from assets.runtime.failure_message import reason_of
from schemas.errors import GongkaiError


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("pipelines.warehouse.errors.WarehouseMissing: no warehouse\n", "no warehouse"),
        ("schemas.settings.SettingsError: GONGKAI_HOME is wrong\nand more", "GONGKAI_HOME is wrong"),
        ("dagster._core.errors.DagsterInvariantViolationError: wrong", "wrong"),
        ("OSError: no space left", "OSError: no space left"),
        ("polars.exceptions.ComputeError: bad frame", "ComputeError: bad frame"),
        ("pipelines.nowhere.Lost: gone", "Lost: gone"),
        ("KeyError", "KeyError"),
    ],
)
def test_the_class_of_an_unexpected_failure_is_named(message: str, said: str) -> None:
    assert reason_of(SerializableErrorInfo(message, [], None)) == said


def test_every_error_of_ours_is_a_gongkai_error() -> None:
    """But for what a library must catch, which is of its own kind."""
    for package in (pipelines, schemas):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, found in vars(import_module(module.name)).items():
                if name.startswith("_"):
                    continue  # a signal inside its module
                if isinstance(found, type) and issubclass(found, Exception) and found.__module__ == module.name:
                    libraries = {base.__module__.partition(".")[0] for base in found.__mro__}
                    told = issubclass(found, GongkaiError) or libraries - {"builtins", "pipelines", "schemas"}
                    assert told, f"{module.name}.{name}"
