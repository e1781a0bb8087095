"""Images inside a page's content: a table may hide in one."""

import re
from typing import Any

from pipelines.extract.document import OBJECT, Picture
from pipelines.extract.html.cells.cell_objects import is_spacer
from pipelines.extract.html.cells.markers import IMAGE, MARK
from pipelines.extract.html.cells.marks import cell_of
from pipelines.extract.html.page.page_layout import PageLayout
from pipelines.extract.html.rendering import NUMBER
from pipelines.extract.picture.sources import embedded

MAX_PICTURES = 2_000
_LAZY = ("data-original", "data-src", "_src", "data-lazy-src")
_SIZE = re.compile(r"\s*(\d{1,6})(?:\.\d+)?\s*(?:px)?\s*$")
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*(\d{1,6})(?:\.\d+)?(?:px|pt)", re.IGNORECASE)
_SMALLEST_TABLE = 80  # pixels, in either direction
_SMALLEST_DATA_URI = 4_000  # characters
_SHOWN = 120  # characters kept of an address


def content_images(body: Any, layout: PageLayout) -> list[Picture]:
    """Replace content images by markers and return them; icons and emblems are removed, in a table cell they hold their place.

    Evidence counts all images of the page: ``html:img[3]`` is ``document.images[2]``.
    """
    pictures: list[Picture] = []
    for number, node in enumerate(body.css("img"), start=1):
        attributes = node.attributes
        source = next((attributes[key] for key in _LAZY if attributes.get(key)), None) or attributes.get("src") or ""
        if len(pictures) >= MAX_PICTURES or not source or _is_furniture(source, attributes, layout):
            is_shown = (source or attributes.get("alt")) and not is_spacer(attributes) and cell_of(node) is not None
            node.replace_with(OBJECT if is_shown else "")
            continue
        number = int(attributes.get(NUMBER) or number)
        node.replace_with(f"{MARK}{IMAGE}{len(pictures)}{MARK}")
        shown = source[:_SHOWN] + "…" if len(source) > 4 * _SHOWN else source
        pictures.append(Picture(shown, f"html:img[{number}]", embedded(source)))
    return pictures


def _is_furniture(source: str, attributes: dict[str, str | None], layout: PageLayout) -> bool:
    if source.startswith("data:"):
        return len(source) < _SMALLEST_DATA_URI
    declared = [_SIZE.match(attributes.get(key) or "") for key in ("width", "height")]
    sizes = [int(match[1]) for match in declared if match] + [
        int(s) for s in _STYLE_SIZE.findall(attributes.get("style") or "")
    ]
    return any(size < _SMALLEST_TABLE for size in sizes) or layout.chrome_image.search(source) is not None
