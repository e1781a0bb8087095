"""Adapter for private parts of Dagster: check this module when Dagster is upgraded.

No other module imports ``dagster._…``. Public API lacks: a run that belongs to a job of the workspace
and is executed in this process (``execute_in_process`` makes runs that the UI cannot place), and console output that leaves
the terminal alone.
"""

from dagster._core.definitions.reconstruct import ReconstructableJob, ReconstructableRepository
from dagster._core.execution.api import execute_run_iterator
from dagster._core.execution.compute_logs import redirect_to_file
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.compute_log_manager import CapturedLogContext, ComputeIOType
from dagster._core.storage.local_compute_log_manager import IO_TYPE_EXTENSION, LocalComputeLogManager
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._serdes import ConfigurableClassData
from dagster._utils import ensure_file, touch_file

__all__ = [
    "IO_TYPE_EXTENSION",
    "CapturedLogContext",
    "ComputeIOType",
    "ConfigurableClassData",
    "LocalComputeLogManager",
    "ReconstructableJob",
    "RemoteJobOrigin",
    "ensure_file",
    "execute_run_iterator",
    "job_origin",
    "reconstructable_job",
    "redirect_to_file",
    "touch_file",
]  # fmt: skip

_REPOSITORY = "__repository__"  # what Dagster calls the repository of a Definitions object


def job_origin(module: str, working_directory: str, location: str, job_name: str) -> RemoteJobOrigin:
    """The origin that the webserver gives a job of a code location in ``workspace.yaml``."""
    target = LoadableTargetOrigin(module_name=module, working_directory=working_directory)
    code_location = ManagedGrpcPythonEnvCodeLocationOrigin(target, location)
    return RemoteRepositoryOrigin(code_location, _REPOSITORY).get_job_origin(job_name)


def reconstructable_job(module: str, attribute: str, working_directory: str, job_name: str) -> ReconstructableJob:
    """A job as another process would load it."""
    repository = ReconstructableRepository.for_module(module, attribute, working_directory)
    return repository.get_reconstructable_job(job_name)
