"""Readings of pictures from the engine of this process, or the reason why there are none."""

import hashlib
from functools import cache
from pathlib import Path

from pipelines.extract.document import FAULT
from pipelines.extract.picture.engine import INSTALL, EngineError, engine, engine_version, is_installed
from pipelines.extract.picture.grid.pixels import PictureRefusedError
from pipelines.extract.picture.result import PictureReading
from pipelines.extract.picture.sources import PictureSource

NOT_INSTALLED = f"text recognition is not installed: {INSTALL}"
LATER = "left for a later run, which begins where this one stopped (GONGKAI_OCR_SECONDS bounds a run)"


def recognise_now(source: PictureSource) -> PictureReading:
    """Recognise a picture in this process; seconds of processor time. Never raises."""
    if not is_installed():
        return PictureReading(0, 0, problem=NOT_INSTALLED)
    import cv2  # which only the extra brings

    from pipelines.extract.picture.recognise import recognise

    try:
        return recognise(source.open(), engine())
    except (PictureRefusedError, EngineError) as error:
        return PictureReading(0, 0, problem=str(error))
    except (cv2.error, IndexError, ValueError, ArithmeticError) as error:  # odd pixels must not end a night
        return PictureReading(0, 0, problem=f"{FAULT}: {type(error).__name__}: {str(error)[:200]}")


def recognise_later(_source: PictureSource) -> PictureReading:
    """Recognise nothing now."""
    return PictureReading(0, 0, problem=LATER)


@cache
def recogniser_version() -> str:
    """What a reading depends on beside the picture: engine, models, and the code of this package."""
    digest = hashlib.sha256(engine_version().encode() if is_installed() else b"")
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
