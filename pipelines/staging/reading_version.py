"""The version of the reading: equal versions read equal bytes alike."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipelines.extract.office import converter
from pipelines.extract.picture.recogniser import recogniser_version
from schemas.tables import STAGED, staged_schema

_ROOT = Path(__file__).parents[2]
_CODE = (
    "pipelines/content", "pipelines/extract", "pipelines/read", "pipelines/report_rules", "schemas/forms", "schemas/regions",
)  # fmt: skip
_FILES = (
    "schemas/carriers.py", "schemas/gateway_words.yaml", "schemas/labels.py", "schemas/narrative.py", "schemas/narrative.yaml",
    "schemas/organs.py", "schemas/organs.yaml", "schemas/report_ids.py", "schemas/rules.yaml", "schemas/rules.py",
    "schemas/sources.py", "schemas/traditional.txt", "schemas/vocabulary.py", "schemas/yaml_text.py",
)  # fmt: skip
_SUFFIXES = (".py", ".yaml", ".csv", ".txt")


@cache
def reading_version() -> str:
    """Hash of everything that decides how bytes are read and what is staged: code, forms, labels, divisions, rules, columns."""
    digest = hashlib.sha256()
    for path in sorted(version_files()):
        digest.update(path.relative_to(_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    digest.update(recogniser_version().encode())  # with the engine, or without
    digest.update(converter.build().encode())  # another LibreOffice converts differently; none converts nothing
    digest.update(repr([(name, list(staged_schema(name).items())) for name in STAGED]).encode())
    return digest.hexdigest()[:16]


def version_files() -> Iterator[Path]:
    """The files that decide. Raises FileNotFoundError if a listed folder has been moved."""
    for name in _CODE:
        if not (_ROOT / name).is_dir():
            raise FileNotFoundError(f"{name}: no such folder; update the list in reading_version.py")
        yield from (path for path in (_ROOT / name).rglob("*") if path.suffix in _SUFFIXES)
    yield from (_ROOT / name for name in _FILES)
