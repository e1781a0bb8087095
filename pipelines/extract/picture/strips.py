"""Pictures of a page that are strips of one: a long screenshot that was cut before it was put on the page.

A row of a table that is cut between two strips cannot be read in either. So strips are joined before anything is recognised. That
the second goes on with the first is seen by the upright rules, which run on across the seam, or by rows that both show.
"""

import io
from collections.abc import Sequence
from typing import Any

from pipelines.extract.picture.grid.pixels import MAX_PIXELS, MAX_SIDE

_LEAST_WIDTH = 300  # pixels
_AT_THE_SEAM = 30  # rows, more than characters are tall
_DARK = 30  # levels below the paper
_UPRIGHT = 0.85  # share of those rows in which a rule is dark
_LEAST_RULES = 3
_ASIDE = 3  # pixels by which a rule may go on aside
_PATTERN = 24  # rows that are looked up in the strip above
_LARGEST_OVERLAP = 1_500
_LIVELY = 12.0  # standard deviation of levels: rows that print something
_DIFFERENT, _MOST_DIFFERENT = 60, 0.005  # levels, and the share of the pixels that compression may change so much


def joined(files: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Pictures that follow each other on a page, with strips joined: how many of them each is made of, and its file."""
    groups: list[list[Any]] = []
    singles: list[list[bytes]] = []
    for data in files:
        image = _opened(data)
        head = _repeated(groups[-1], image) if groups and image is not None else None
        if head is not None and image is not None:
            groups[-1].append(image.crop((0, head, image.width, image.height)))
            singles[-1].append(data)
        else:
            groups.append([image])
            singles.append([data])
    return [
        (len(some), some[0] if len(some) == 1 else _stacked(images))
        for images, some in zip(groups, singles, strict=True)
    ]


def _opened(data: bytes) -> Any:
    """A picture on white paper; None for one that is no strip: broken, moving, turned by its camera."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "BMP", "WEBP")) as opened:
            is_plain = getattr(opened, "n_frames", 1) == 1 and opened.getexif().get(0x0112, 1) == 1
            if not is_plain or opened.width * opened.height > MAX_PIXELS:
                return None
            over = opened.convert("RGBA")
    except (OSError, EOFError, ValueError, SyntaxError, TypeError, LookupError, Image.DecompressionBombError):
        return None
    paper = Image.new("RGBA", over.size, (255, 255, 255, 255))
    paper.alpha_composite(over)
    return paper.convert("RGB")


def _repeated(above: Sequence[Any], image: Any) -> int | None:
    """How many rows at its head a picture repeats of the strips above it; None where it does not go on with them."""
    import numpy as np

    last = above[-1]
    height = sum(strip.height for strip in above) + image.height if last is not None else 0
    if last is None or last.width != image.width or image.width < _LEAST_WIDTH:
        return None
    if height > MAX_SIDE or height * image.width > MAX_PIXELS or min(last.height, image.height) < 2 * _AT_THE_SEAM:
        return None
    upper, lower = (np.asarray(strip.convert("L")).astype(np.int16) for strip in (last, image))
    shared = _overlaps(upper[-_LARGEST_OVERLAP:], lower)
    if shared:
        return shared[0] if len(shared) == 1 else None
    return 0 if _rules_run_on(_upright_rules(upper[-_AT_THE_SEAM:]), _upright_rules(lower[:_AT_THE_SEAM])) else None


def _upright_rules(rows: Any) -> list[float]:
    """Where columns are dark over all of a few rows."""
    import numpy as np

    paper = np.percentile(rows, 90)
    dark = rows < paper - _DARK
    beside = dark.copy()  # a line that is a little askew wanders into the next column
    beside[:, 1:] |= dark[:, :-1]
    beside[:, :-1] |= dark[:, 1:]
    is_rule = np.concatenate([[False], beside.mean(axis=0) >= _UPRIGHT, [False]])
    edges = np.flatnonzero(is_rule[1:] != is_rule[:-1])
    return [float(start + end) / 2 for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _rules_run_on(above: Sequence[float], below: Sequence[float]) -> bool:
    """Does every rule of one strip go on in the other? A row that spans columns at the seam shows fewer of them."""
    few, many = sorted((above, below), key=len)
    return len(few) >= _LEAST_RULES and all(any(abs(x - other) <= _ASIDE for other in many) for x in few)


def _overlaps(upper: Any, lower: Any) -> list[int]:
    """How many rows at the foot of one picture the other may show again: every possibility."""
    import numpy as np

    starts = range(0, min(len(lower) - _PATTERN, 10 * _PATTERN), 8)
    start = next((at for at in starts if lower[at : at + _PATTERN].std() > _LIVELY), None)
    if start is None:
        return []
    pattern, levels, wanted = lower[start : start + _PATTERN], upper.mean(axis=1), lower.mean(axis=1)
    found = []
    for place in range(start, len(upper) - _PATTERN + 1):
        if np.abs(levels[place : place + _PATTERN] - wanted[start : start + _PATTERN]).max() > _LIVELY:
            continue
        shared = len(upper) - (place - start)
        if shared < len(lower) - _AT_THE_SEAM and _alike(upper[place : place + _PATTERN], pattern):
            found += [shared] if _alike(upper[-shared:], lower[:shared]) else []
    return found


def _alike(rows: Any, others: Any) -> bool:
    import numpy as np

    return bool((np.abs(rows - others) > _DIFFERENT).mean() < _MOST_DIFFERENT)


def _stacked(images: Sequence[Any]) -> bytes:
    from PIL import Image

    whole = Image.new("RGB", (images[0].width, sum(image.height for image in images)))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    out = io.BytesIO()
    whole.save(out, "PNG", compress_level=1)
    return out.getvalue()
