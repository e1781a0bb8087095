"""Renders one page of a PDF as a picture, in a process of its own: native code meets hostile files where it can do no harm.

As a program: ``python -m pipelines.extract.picture.page_renderer PAGE DPI``, the PDF on standard input, a PNG on standard output.
"""

import resource
import subprocess
import sys
from pathlib import Path

from pipelines.extract.picture.grid.pixels import MAX_PIXELS, PictureRefusedError

_MEMORY = 2 << 30  # bytes of address space
_SECONDS = 20  # of processor time
_PATIENCE = 180.0  # seconds, on however busy a machine
_ROOT = Path(__file__).parents[3]


def render_page(data: bytes, page: int, dpi: int) -> bytes:
    """A page, counted from 1, as PNG.

    Raises:
        PictureRefusedError: it cannot be rendered within the bounds.
    """
    command = [sys.executable, "-m", "pipelines.extract.picture.page_renderer", str(page), str(dpi)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_PATIENCE, cwd=_ROOT, check=False)
    except subprocess.TimeoutExpired as error:
        raise PictureRefusedError(f"page {page} was not rendered within {_PATIENCE:.0f} s") from error
    if done.returncode or not done.stdout:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PictureRefusedError(f"page {page} cannot be rendered: {told[-1][:200] if told else 'the process failed'}")
    return done.stdout


def main() -> None:
    """See the module's description."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    pdf = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = pdf[int(sys.argv[1]) - 1]
    width, height = page.get_size()
    scale = min(int(sys.argv[2]) / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    page.render(scale=scale).to_pil().save(sys.stdout.buffer, "PNG", compress_level=1)


if __name__ == "__main__":
    main()
