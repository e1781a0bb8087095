"""The registry of carriers: one entry for each kind of file that a report may come in, or that may stand in its place.

Everything the program knows of file types is derived from here: how bytes are told apart, which links are attachments, the
media types and extensions, the values of ``reports.carrier`` and their rank, and what to do about a file that is not read.
``docs/adding-a-carrier.md`` says how an entry is added. No I/O: files are told apart by ``pipelines.content.sniffing``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Container(StrEnum):
    """File formats that hold named parts; the names of the parts identify the carrier."""

    ZIP = "zip"
    OLE = "ole"


@dataclass(frozen=True)
class Needs:
    """What an extractor needs besides the pinned requirements.

    Attributes:
        name: what is missing, for a sentence.
        install: the command that installs it.
        module: a Python module that must be importable.
        program: a program that must be on the PATH.
    """

    name: str
    install: str
    module: str | None = None
    program: str | None = None


@dataclass(frozen=True)
class CarrierEntry:
    """One kind of file.

    Attributes:
        kind: its name here, unique.
        label: its name in messages.
        carrier: value of ``reports.carrier`` for a report that comes in it.
        rank: among copies of one report the lowest rank is the primary document, other things being equal.
        magic: regular expression on bytes, matched at the start of the file.
        container: the file is of this container format, and holds ``parts``.
        parts: alternatives; each names the parts that must all be there (``*`` matches any characters). Empty: whatever it holds.
        media_types: the first is recorded in the fetch log.
        extensions: of file names, without the dot.
        is_document: it carries a report by itself: links to it are attachments, answers of this type are archived.
        extractor: ``module:function`` from ``pipelines.extract.source_file.SourceFile`` to ``Document``. None: not read.
        needs: what must be installed for the extractor to work.
        advice: what to do about a file that is not read.
    """

    kind: str
    label: str
    carrier: str
    rank: int
    magic: str | None = None
    container: Container | None = None
    parts: tuple[tuple[str, ...], ...] = ()
    media_types: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    is_document: bool = True
    extractor: str | None = None
    needs: Needs | None = None
    advice: str = ""

    @property
    def unread(self) -> str:
        """Why a file of this kind is not read, and what to do."""
        if self.needs is not None:
            return f"{self.label}: not read without {self.needs.name}; {self.needs.install}, or {self.advice}"
        return f"{self.label}: not read; {self.advice}" if self.advice else self.label


_OOXML = "application/vnd.openxmlformats-officedocument"
_BUILT_IN = "pipelines.extract.built_in"
_OFFICE = "pipelines.extract.office.extractor"
_LIBREOFFICE = Needs(
    "LibreOffice", "install it (Debian: `apt-get install libreoffice-writer-nogui`)", program="soffice"
)
_AS_DOCX = "convert it with `soffice --headless --convert-to docx FILE` and import the docx"
_AS_HTML = "convert it with `soffice --headless --convert-to html FILE` and import the html"
_UNPACK = "unpack it and import the report inside"
_AS_TEXT = "save the report's tables as html, docx or pdf and import that"


def _image(kind: str, magic: str, *extensions: str) -> CarrierEntry:
    return CarrierEntry(
        kind, f"picture ({kind})", "image", 40, magic, media_types=(f"image/{kind}",), extensions=extensions,
        is_document=False, extractor=f"{_BUILT_IN}:image",
    )  # fmt: skip


CARRIERS: tuple[CarrierEntry, ...] = (
    # Told by their parts. The first entry whose parts are there is taken: the more special before the more general.
    CarrierEntry(
        "docx", "Word document (.docx)", "docx", 20, container=Container.ZIP, parts=(("word/document*.xml",),),
        media_types=(f"{_OOXML}.wordprocessingml.document",), extensions=("docx", "docm"),
        extractor=f"{_BUILT_IN}:docx", advice=_AS_TEXT,
    ),
    CarrierEntry(
        "xlsx", "Excel workbook (.xlsx)", "xlsx", 22, container=Container.ZIP, parts=(("xl/workbook*",),),
        media_types=(f"{_OOXML}.spreadsheetml.sheet",), extensions=("xlsx", "xlsm"),
        extractor="pipelines.extract.spreadsheet.extractor:xlsx", advice=_AS_HTML,
    ),
    CarrierEntry(
        "pptx", "slide show (.pptx)", "flat_text", 10, container=Container.ZIP, parts=(("ppt/presentation*.xml",),),
        media_types=(f"{_OOXML}.presentationml.presentation",), extensions=("pptx",), is_document=False, advice=_AS_TEXT,
    ),
    CarrierEntry(
        "ofd", "OFD document (GB/T 33190)", "ofd", 29, container=Container.ZIP, parts=(("OFD.xml",),),
        media_types=("application/ofd", "application/x-ofd"), extensions=("ofd",),
        extractor="pipelines.extract.ofd.extractor:ofd", advice="export it as PDF and import that",
    ),
    CarrierEntry(
        "zip", "zip archive", "flat_text", 10, container=Container.ZIP,
        media_types=("application/zip", "application/x-zip-compressed"), extensions=("zip",),
        extractor="pipelines.extract.archive_file.extractor:zip_file", advice=_UNPACK,
    ),
    CarrierEntry(
        "wps", "WPS Writer document (.wps)", "doc", 25, container=Container.OLE, parts=(("WordDocument", "WpsCustomData"),),
        media_types=("application/vnd.ms-works", "application/wps-office.wps"), extensions=("wps",),
        extractor=f"{_OFFICE}:wps", needs=_LIBREOFFICE, advice=_AS_DOCX,
    ),
    CarrierEntry(
        "doc", "Word 97-2003 document (.doc)", "doc", 25, container=Container.OLE, parts=(("WordDocument",),),
        media_types=("application/msword",), extensions=("doc", "dot"),
        extractor=f"{_OFFICE}:doc", needs=_LIBREOFFICE, advice=_AS_DOCX,
    ),
    CarrierEntry(
        "xls", "Excel 97-2003 workbook (.xls)", "xls", 27, container=Container.OLE, parts=(("Workbook",), ("Book",)),
        media_types=("application/vnd.ms-excel",), extensions=("xls", "et"),
        extractor="pipelines.extract.spreadsheet.extractor:xls", advice=_AS_HTML,
    ),
    CarrierEntry(
        "ppt", "slide show (.ppt)", "flat_text", 10, container=Container.OLE, parts=(("PowerPoint Document",),),
        media_types=("application/vnd.ms-powerpoint",), extensions=("ppt",), is_document=False, advice=_AS_TEXT,
    ),
    CarrierEntry(
        "encrypted", "Office document with a password", "flat_text", 10, container=Container.OLE,
        parts=(("EncryptedPackage",),), media_types=("application/x-ole-storage",),
        advice="save it without the password and import that",
    ),
    CarrierEntry(
        "ole", "Office document of an unknown kind (OLE compound file)", "flat_text", 10, container=Container.OLE,
        media_types=("application/x-ole-storage",), advice=_AS_DOCX,
    ),
    # Told by how the file begins.
    CarrierEntry(
        "pdf", "PDF", "pdf", 30, r"(?!\s*[<{]).{0,1019}?%PDF-",
        media_types=("application/pdf", "application/x-pdf"), extensions=("pdf",), extractor=f"{_BUILT_IN}:pdf",
    ),
    CarrierEntry(
        "rtf", "RTF document", "rtf", 26, r"(?:\xef\xbb\xbf)?\s*\{\\rtf",
        media_types=("application/rtf", "text/rtf"), extensions=("rtf",),
        extractor=f"{_OFFICE}:rtf", needs=_LIBREOFFICE, advice=_AS_DOCX,
    ),
    CarrierEntry(
        "xls_xml", "Excel 2003 workbook in XML", "xls", 27,
        r"(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}>\s*(?:<[?!][^>]{0,500}>\s*){0,5}<(?:\w+:)?Workbook\s[^>]{0,3000}"
        r"urn:schemas-microsoft-com:office:spreadsheet",
        media_types=("application/vnd.ms-excel",),
        extractor="pipelines.extract.spreadsheet.extractor:xml_2003", advice=_AS_HTML,
    ),
    CarrierEntry(
        "doc_xml", "Word 2003 document in XML", "doc", 25,
        r"(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}>\s*(?:<[?!][^>]{0,500}>\s*){0,5}<(?:\w+:)?wordDocument\s",
        media_types=("application/msword",), extractor=f"{_OFFICE}:word_xml", needs=_LIBREOFFICE, advice=_AS_DOCX,
    ),
    CarrierEntry(
        "mht", "web archive (MHTML, .mht)", "html_table", 5,
        # Header lines up to MIME-Version, in any order: browsers put From and Subject first, Word does not.
        r"(?i)(?:\xef\xbb\xbf)?\s*(?:[a-z][a-z-]{1,40}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,20}){0,20}?MIME-Version:\s*1",
        media_types=("multipart/related", "message/rfc822", "application/x-mimearchive"), extensions=("mht", "mhtml"),
        extractor="pipelines.extract.web_archive.extractor:web_archive",
        advice="open it in a browser, save it as a web page (html only) and import that",
    ),
    CarrierEntry(
        "rar", "rar archive", "flat_text", 10, r"Rar!\x1a\x07",
        media_types=("application/vnd.rar", "application/x-rar-compressed", "application/x-rar"), extensions=("rar",),
        advice=_UNPACK,
    ),
    CarrierEntry(
        "7z", "7z archive", "flat_text", 10, r"7z\xbc\xaf\x27\x1c",
        media_types=("application/x-7z-compressed",), extensions=("7z",), advice=_UNPACK,
    ),
    CarrierEntry(
        "gzip", "gzip archive", "flat_text", 10, r"\x1f\x8b\x08",
        media_types=("application/gzip",), extensions=("gz", "tgz"), is_document=False, advice=_UNPACK,
    ),
    _image("png", r"\x89PNG", "png"),
    _image("jpeg", r"\xff\xd8\xff", "jpg", "jpeg"),
    _image("gif", r"GIF8[79]a", "gif"),
    _image("bmp", r"BM.{4}\0\0\0\0", "bmp"),
    _image("tiff", r"II\*\0|MM\0\*", "tif", "tiff"),
    _image("webp", r"RIFF.{4}WEBP", "webp"),
    # Text, distinguished by its content.
    CarrierEntry(
        "html", "web page", "html_table", 0, media_types=("text/html", "application/xhtml+xml"),
        extensions=("html", "htm", "shtml"), is_document=False, extractor=f"{_BUILT_IN}:html",
    ),
    CarrierEntry(
        "json", "answer of a site's interface (JSON)", "flat_text", 10, media_types=("application/json",),
        extensions=("json",), is_document=False, extractor=f"{_BUILT_IN}:json_envelope",
    ),
    CarrierEntry(
        "text", "text", "flat_text", 10, media_types=("text/plain",), extensions=("txt",), is_document=False,
        extractor=f"{_BUILT_IN}:text",
    ),
    # Nothing to read.
    CarrierEntry("empty", "the file is empty", "flat_text", 10, is_document=False),
    CarrierEntry(
        "binary", "unknown file type", "flat_text", 10, media_types=("application/octet-stream",), is_document=False,
        advice="it is neither text nor a known document; look at it in a browser and import the report as html, docx or pdf",
    ),
)  # fmt: skip


@cache
def carrier(kind: str) -> CarrierEntry:
    """The entry of a kind. Raises KeyError for a kind that is not registered."""
    return {entry.kind: entry for entry in CARRIERS}[kind]


@cache
def by_extension(extension: str) -> CarrierEntry | None:
    """The entry of a file name's extension, without the dot, in any case."""
    return next((entry for entry in CARRIERS if extension.lower() in entry.extensions), None)


@cache
def by_media_type(content_type: str) -> CarrierEntry | None:
    """The entry of a media type; parameters such as the charset do not count."""
    media = content_type.partition(";")[0].strip().lower()
    return next((entry for entry in CARRIERS if media in entry.media_types), None)


def document_extensions(entries: Iterable[CarrierEntry] = CARRIERS) -> tuple[str, ...]:
    """Extensions of files that carry a report by themselves, for patterns and messages; longer ones first."""
    found = (extension for entry in entries if entry.is_document for extension in entry.extensions)
    return tuple(sorted(found, key=lambda extension: (-len(extension), extension)))


def carrier_values() -> list[str]:
    """Values of ``reports.carrier``, the preferred ones first."""
    return list(carrier_ranks())


def carrier_ranks() -> dict[str, int]:
    """Rank of each value of ``reports.carrier`` among copies of one report, best first."""
    ranks: dict[str, int] = {}
    for entry in sorted(CARRIERS, key=lambda entry: entry.rank):
        ranks.setdefault(entry.carrier, entry.rank)
    return ranks
