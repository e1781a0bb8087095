"""A report as pictures: rendered by Chromium, then spoiled as the pictures of real pages are; and as a scanned PDF."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from pipelines.content.decoding import decode
from pipelines.crawl.rendering.chromium import program
from tests.factory.case import Case
from tests.factory.factory import random_case

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_BORDERS = (
    "table,td,th{border:1px solid #000;border-collapse:collapse}",
    "table{border-collapse:collapse}td,th{border:.5pt solid #000;padding:2pt}",
    "table,td,th{border:1px solid #999;border-collapse:collapse}",
)
_FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC", "Noto Sans Mono CJK SC")
WIDTHS = (700, 850, 1000, 1200, 1400)
SEALS = 0.3  # share of pictures with a red seal
SKEWS = 0.3  # share that lies askew


@dataclass(frozen=True)
class Rendered:
    """A report and the picture that shows all of it. ``width``: of the page in pixels, before anything was done to it."""

    case: Case
    picture: bytes
    width: int


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium for the block. Needs the extra ``render``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program(), args=_FLAGS)
        yield opened
        opened.close()


def rendered(opened: Any, rng: Random, widths: tuple[int, ...] = WIDTHS) -> Rendered:
    """A random report as one picture, without a network."""
    case = random_case(rng, carrier="html", mutate=False, n_variations=0)
    width = rng.choice(widths)
    size = rng.choice((9, 10.5, 12, 14)) if width >= 1000 else rng.choice((9, 10.5))
    page = opened.new_page(viewport={"width": width, "height": 800})
    try:
        page.route("**/*", lambda route: route.abort())
        page.set_content(decode(case.data).text, wait_until="domcontentloaded")
        style = f"body,td,p,span{{font-size:{size}pt !important;font-family:'{rng.choice(_FONTS)}' !important}}"
        page.add_style_tag(content=f"{style} {rng.choice(_BORDERS)}")
        shot = page.screenshot(type="png", full_page=True)
    finally:
        page.close()
    return Rendered(case, spoiled(rng, shot), width)


def spoiled(rng: Random, picture: bytes) -> bytes:
    """A picture with what happens to pictures: noise, a little skew, a seal, compression."""
    import numpy as np
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if rng.random() < SEALS:
        _seal(rng, image)
    if rng.random() < SKEWS:
        image = image.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    noise = rng.choice((0, 0, 3, 8))
    if noise:
        pixels = np.asarray(image, dtype=np.float32)
        grain = np.random.default_rng(rng.randrange(1 << 32)).normal(0, noise, pixels.shape)
        image = Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    quality = rng.choice((None, 95, 80, 60))
    image.save(out, **({"format": "PNG"} if quality is None else {"format": "JPEG", "quality": quality}))
    return out.getvalue()


def _seal(rng: Random, image: Any) -> None:
    """A red ring anywhere, perhaps over a table."""
    from PIL import ImageDraw

    radius = rng.randint(40, 90)
    x, y = rng.randint(0, image.width), rng.randint(0, image.height)
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), outline=(220, 30, 30), width=5)


def cut(picture: bytes, rng: Random) -> tuple[bytes, bytes]:
    """A picture as two, one below the other, cut anywhere: through a table, a row, a figure."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture))
    at = rng.randint(image.height // 4, 3 * image.height // 4)
    halves = []
    for box in ((0, 0, image.width, at), (0, at, image.width, image.height)):
        out = io.BytesIO()
        image.crop(box).save(out, "PNG")
        halves.append(out.getvalue())
    return halves[0], halves[1]


def scan(data: bytes, rng: Random) -> bytes:
    """The pages of a PDF as pictures of 100 to 200 dpi, under text that a bad recogniser would have laid over them."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    from pipelines.extract.picture.page_renderer import render_page

    dpi = rng.choice((100, 150, 200))
    out = io.BytesIO()
    canvas = Canvas(out)
    for number in range(1, _count_pages(data) + 1):
        shot = ImageReader(io.BytesIO(render_page(data, number, dpi)))
        width, height = (side * 72 / dpi for side in shot.getSize())
        canvas.setPageSize((width, height))
        canvas.drawImage(shot, 0, 0, width, height)
        hidden = canvas.beginText(40, height - 60)
        hidden.setTextRenderMode(3)
        for _ in range(40):
            hidden.textLine(" ".join(str(rng.randint(0, 999)) for _ in range(8)))
        canvas.drawText(hidden)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _count_pages(data: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()
