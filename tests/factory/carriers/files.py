"""Reports in other programs' files, and packed: .doc, .rtf and .xls by LibreOffice, .mht and .zip by the standard library."""

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from pathlib import Path
from random import Random

from pipelines.content.decoding import decode
from pipelines.extract.office import converter
from tests.factory.case import Case

FILTERS = {
    "doc": ("docx", "doc:MS Word 97"),
    "rtf": ("docx", "rtf:Rich Text Format"),
    "xls": ("xlsx", "xls:MS Excel 97"),
}
"""By extension: the carrier of the factory that it is made from, and LibreOffice's filter."""
_SECONDS = 240.0


def converted(cases: Sequence[Case], extension: str) -> list[bytes]:
    """The files of ``cases`` as LibreOffice saves them, in one start of it."""
    return saved([case.data for case in cases], extension)


def saved(originals: Sequence[bytes], extension: str) -> list[bytes]:
    """Office files as LibreOffice saves them under another extension, in one start of it."""
    source, name = FILTERS[extension]
    office = converter.program()
    if office is None:
        raise RuntimeError("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number, data in enumerate(originals):
            (folder / f"{number}.{source}").write_bytes(data)
        paths = [str(folder / f"{number}.{source}") for number in range(len(originals))]
        subprocess.run(
            [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", name,
             "--outdir", place, *paths],
            check=True, capture_output=True, timeout=_SECONDS,
        )  # fmt: skip
        return [(folder / f"{number}.{extension}").read_bytes() for number in range(len(originals))]


def web_archive(case: Case, rng: Random) -> bytes:
    """A page as a browser saves it with all that belongs to it."""
    whole = MIMEMultipart("related")
    whole["Subject"] = "report"
    charset = rng.choice(("utf-8", "gb18030"))
    part = EmailMessage()
    part.set_content(
        decode(case.data).text.encode(charset, "replace"),
        "text",
        "html",
        cte=rng.choice(("base64", "quoted-printable")),
    )
    part.set_param("charset", charset)
    part["Content-Location"] = "http://www.example.gov.cn/report.html"
    whole.attach(part)
    return whole.as_bytes()


def archive(case: Case, rng: Random) -> bytes:
    """A report in a zip, its name in GBK as old programs write it, beside something else."""
    out = io.BytesIO()
    name = f"年报/{case.truth.title}.{case.filename.rpartition('.')[2]}"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        entry = zipfile.ZipInfo(name.encode("gbk").decode("cp437"))
        entry.flag_bits &= ~0x800
        made.writestr("readme.txt", "说明")
        made.writestr(entry if rng.random() < 0.5 else name, case.data)
    return out.getvalue()
