"""`gongkai sql` and `gongkai export`: reading the published warehouse."""

from pathlib import Path

from gongkai.published import published
from gongkai.show import Format, err, print_frame
from pipelines.warehouse.export import export
from pipelines.warehouse.query import query
from schemas.settings import Settings


def ask(settings: Settings, statement: str, form: Format) -> None:
    """Print the answer to one statement. Raises WarehouseMissing or QueryRefused, each one line."""
    print_frame(query(published(settings), statement), form)


def export_to(settings: Settings, to: Path) -> None:
    """Write every table and mart of the warehouse into ``to`` and say what was written."""
    written = export(published(settings), to, settings.export_formats)
    err.print(f"{len(written)} files in {to}", markup=False)
