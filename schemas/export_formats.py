"""The registry of export formats: one entry each. Settings, help, the asset's text and the exporter follow from it."""

from enum import StrEnum

_PACKAGE = "pipelines.export"


class ExportFormat(StrEnum):
    """A format of the copies for other tools. The value is its name in settings and its folder below ``exports/``.

    Attributes:
        writer: ``module:function`` from (connection, folder of the format, names of the tables) to the files written.
        label: how it is called in a sentence.
        kind: its tag in the Dagster UI.
    """

    writer: str
    label: str
    kind: str

    def __new__(cls, name: str, writer: str = "", label: str = "", kind: str = "") -> "ExportFormat":
        member = str.__new__(cls, name)
        member._value_ = name
        member.writer = f"{_PACKAGE}.{writer}"
        member.label = label
        member.kind = kind
        return member

    PARQUET = "parquet", "table_files:write_parquet", "Parquet", "parquet"
    CSV = "csv", "table_files:write_csv", "CSV (utf-8-sig)", "csv"
    XLSX = "xlsx", "spreadsheet:write_xlsx", "xlsx", "excel"
    DTA = "dta", "stata:write_dta", "Stata", "stata"


def in_words(names: list[str], last: str) -> str:
    """A list as a sentence has it: ``a, b and c``."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
