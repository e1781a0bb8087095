"""Exports as an asset: the warehouse as files for tools that do not read DuckDB."""

import time
from functools import partial

import dagster as dg

from assets.display.metadata import seconds_since
from assets.display.tables import table_of
from assets.runtime import progress
from assets.runtime.resources import DataFolder
from assets.stages.marts import MART_KEYS
from pipelines.export.exporter import export
from schemas.export_formats import ExportFormat, in_words
from schemas.settings import load_settings


@dg.asset(
    deps=MART_KEYS,
    group_name="marts",
    kinds={chosen.kind for chosen in ExportFormat},
    description=f"exports/: every table and mart as {in_words([chosen.label for chosen in ExportFormat], 'and')}, "
    "with a datapackage.json. | 各表与各视图的文件副本，附数据说明。",
)
def exports(data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Write the configured formats. Readers of an object store see the release from here on."""
    started = time.perf_counter()
    folder = data_folder.home.exports
    formats = load_settings().export_formats
    written = export(data_folder.home, folder, formats, partial(progress.report, "export"))
    data_folder.work.publish()
    progress.report("export", len(formats), len(formats))
    files = [path for path in written if path.is_file()]
    return dg.MaterializeResult(
        metadata={
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files),
            "written": table_of([{"file": str(p.relative_to(folder)), "bytes": p.stat().st_size} for p in files]),
            "seconds": seconds_since(started),
        }
    )
