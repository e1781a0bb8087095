"""The bytes of a picture → pixels, within bounds. Sizes are checked before anything is unpacked."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from schemas.errors import GongkaiError

MAX_BYTES = 64 << 20
MAX_PIXELS = 40_000_000
"""Of one picture; a page of A4 at 300 dpi has 8.7 million."""
MAX_SIDE = 30_000
MAX_WIDTH = 8_000  # a tall picture is cut into bands; a wide one the engine would shrink, and take minutes over
MIN_SIDE = 60
MAX_FRAMES = 20
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_MAY_MOVE = ("GIF", "PNG", "WEBP")
_DARK_PAPER = 110  # the middle level below which light print stands on a dark ground
_INK_SPREAD = 60  # a pixel whose channels differ by so much is coloured
_SOFT = 2  # pixels around coloured ink that it may have tinted
_BRIGHT = 140  # the brightest channel of coloured ink over paper; that of ink over print is darker


class PictureRefusedError(GongkaiError, ValueError):
    """The picture is broken, no picture, or beyond the bounds; the message says how."""


@dataclass(frozen=True)
class Pixels:
    """One picture.

    Attributes:
        colour: As it is, (height, width, 3) in the order blue, green, red, on white paper.
        grey: (height, width), without coloured ink: 255 is paper.
        coloured: (height, width) of bool: where ink of a colour stands (seals, coloured watermarks).
    """

    colour: Any
    grey: Any
    coloured: Any

    @property
    def width(self) -> int:
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        return int(self.grey.shape[0])


def open_pixels(data: bytes) -> list[Pixels]:
    """The frames of a picture file: one, or several of a TIFF.

    Raises:
        PictureRefusedError: it cannot be unpacked, or is too large to be.
    """
    from PIL import Image, ImageSequence, UnidentifiedImageError

    if len(data) > MAX_BYTES:
        raise PictureRefusedError(f"the picture has {len(data)} bytes, more than {MAX_BYTES}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of bombs; nothing that it warns of is read
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.format in _MAY_MOVE and getattr(opened, "n_frames", 1) > 1:
                    raise PictureRefusedError("the picture moves: what it shows is not one table")
                frames: list[Pixels] = []
                for frame in ImageSequence.Iterator(opened):
                    _check_size(*frame.size)
                    if len(frames) >= (MAX_FRAMES if opened.format == "TIFF" else 1):
                        break
                    frames.append(from_image(frame))
                return frames
    except PictureRefusedError:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Warning,
        OSError,
        EOFError,
        ValueError,
        SyntaxError,
        TypeError,
        LookupError,
        ArithmeticError,
        AttributeError,
        MemoryError,
        NotImplementedError,
    ) as error:  # what Pillow's decoders raise on damaged files
        raise PictureRefusedError(
            f"the picture cannot be unpacked: {str(error)[:200] or type(error).__name__}"
        ) from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureRefusedError(f"the picture has {width} x {height} pixels, more than {MAX_PIXELS}")
    if width > MAX_WIDTH:
        raise PictureRefusedError(f"the picture has {width} x {height} pixels: wider than {MAX_WIDTH}")
    if min(width, height) < MIN_SIDE:
        raise PictureRefusedError(f"the picture has {width} x {height} pixels: too small for a table")


def from_image(image: Any) -> Pixels:
    """Pixels of a Pillow image as a browser shows it: turned as its camera says, on white paper where it is transparent.

    Light print on a dark ground is turned into its negative.
    """
    import numpy as np
    from PIL import Image, ImageOps

    if image.mode.startswith(("I", "F")):
        image = _in_eight_bits(image)
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        image = Image.new("RGBA", over.size, (255, 255, 255, 255))
        image.alpha_composite(over)
    colour = np.asarray(image.convert("RGB"))[:, :, ::-1].copy()
    return from_array(255 - colour if np.median(colour) < _DARK_PAPER else colour)


def _in_eight_bits(image: Any) -> Any:
    """Levels of 16 bits and more, from black to the brightest of them; Pillow would cut them off at 255."""
    import numpy as np
    from PIL import Image

    levels = np.asarray(image).astype(np.float64)
    most = 65_535.0 if image.mode.startswith("I;16") or levels.max() > 255 else 255.0
    return Image.fromarray((np.clip(levels / most, 0, 1) * 255).astype(np.uint8))


def from_array(colour: Any) -> Pixels:
    """Pixels of an array (height, width, 3) in the order blue, green, red.

    Coloured ink is dropped: red on white has a bright channel, and black under red has none. The soft edge of a seal, which
    compression leaves without colour, goes with it.
    """
    import cv2
    import numpy as np

    brightest, darkest = colour.max(axis=2), colour.min(axis=2)
    coloured = (brightest.astype(np.int16) - darkest) > _INK_SPREAD
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
    grey = np.where(coloured, brightest, grey)
    side = 2 * _SOFT + 1
    at_colour = cv2.dilate(coloured.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    grey = np.where(at_colour & (brightest > _BRIGHT), paper_of(grey), grey).astype(np.uint8)
    return Pixels(colour, grey, coloured)


def paper_of(grey: Any) -> int:
    """The level of the paper of a picture: most of it is blank."""
    import numpy as np

    return int(np.percentile(grey, 90))
