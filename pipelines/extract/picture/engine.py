"""The text recognition engine: RapidOCR with the models that its wheel carries. Nothing is ever fetched.

The paths of the models are given explicitly and their digests are checked before they are loaded, so that the library never
reaches its own download code. Everything else in this package works on arrays and knows no engine.
"""

import hashlib
import importlib.metadata
import importlib.util
import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.extract.picture.result import Text
from schemas.errors import GongkaiError

INSTALL = "pip install 'gongkai[ocr]'"
_MODELS = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
_PACKAGES = ("rapidocr", "onnxruntime", "cv2")
_MOST_PIXELS_A_SIDE = 8_000  # the engine would shrink what is longer; callers cut pictures into bands instead
_NARROWEST = (3, 48, 64)
"""Height and least width that a line is laid out in: a figure needs no 320 pixels."""


class EngineError(GongkaiError):
    """The engine is not installed as it must be; the message is one line and says what to do."""


class Region(NamedTuple):
    """An upright box around a run of text that the detector found, in pixels."""

    x0: int
    y0: int
    x1: int
    y1: int


def is_installed() -> bool:
    """Is the extra ``ocr`` there? Looks for the packages without loading them."""
    return all(importlib.util.find_spec(name) is not None for name in _PACKAGES)


@cache
def engine_version() -> str:
    """Engine and models: what a reading depends on beside the picture and this package."""
    models = "".join(_MODELS.values())
    return f"rapidocr-{importlib.metadata.version('rapidocr')}-{hashlib.sha256(models.encode()).hexdigest()[:8]}"


class Engine:
    """Finds runs of text in a picture, and reads pictures of single lines. Runs on one thread: callers spread pictures."""

    def __init__(self) -> None:
        if not is_installed():
            raise EngineError(f"text recognition is not installed: {INSTALL}")
        from rapidocr import RapidOCR

        paths = _models()
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Global.return_word_box": True,
                "Global.max_side_len": _MOST_PIXELS_A_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.limit_side_len": 64,
                "Det.model_path": str(paths[0]),
                "Rec.model_path": str(paths[1]),
                "Rec.rec_img_shape": list(_NARROWEST),
            }
        )

    def find(self, picture: Any) -> list[Region]:
        """Runs of text in a colour picture (height, width, 3)."""
        found = self._ocr(picture, use_det=True, use_cls=False, use_rec=False)
        boxes = found.boxes if getattr(found, "boxes", None) is not None else ()
        height, width = picture.shape[:2]
        regions = []
        for corners in boxes:
            xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            x0, y0 = max(0, int(min(xs))), max(0, int(min(ys)))
            x1, y1 = min(width, int(max(xs)) + 1), min(height, int(max(ys)) + 1)
            if x1 > x0 and y1 > y0:
                regions.append(Region(x0, y0, x1, y1))
        return regions

    def read(self, lines: Sequence[Any]) -> list[Text]:
        """What each picture of one line prints, and how sure the engine is of its least certain character."""
        if not lines:
            return []
        self._ocr.update_params(return_word_box=True)
        result = self._ocr.recognize_txt(list(lines))
        return [
            Text(text, round(min(words.confs, default=0.0), 3) if words is not None and words.confs else 0.0)
            for text, words in zip(result.txts, result.word_results, strict=True)
        ]


@cache
def engine() -> Engine:
    """The engine of this process: its models are loaded once.

    Raises:
        EngineError: the extra is missing, or its models are not those that were tested.
    """
    return Engine()


def _models() -> list[Path]:
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(str(spec and spec.origin)).parent / "models"
    paths = []
    for name, digest in _MODELS.items():
        path = folder / name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise EngineError(f"the text recognition model {name} is not the one that was tested: {INSTALL}")
        paths.append(path)
    return paths
