"""`gongkai export`: the warehouse as files."""

from pathlib import Path

from assets.runtime.workspace import published
from gongkai.printing import counted, err
from pipelines.export.exporter import export
from schemas.settings import Settings


def export_to(settings: Settings, to: Path) -> None:
    """Write every table and mart of the warehouse into ``to`` and say what was written."""
    written = export(published(settings), to, settings.export_formats)
    err.print(f"{counted(len(written), 'file')} in {to}", markup=False, soft_wrap=True)
