"""Word, WPS and RTF files through LibreOffice, held against their own text. Skipped where LibreOffice is not installed."""

import io
import os
import shutil
import socket
import subprocess
import zipfile
from pathlib import Path
from random import Random

import pytest

from pipelines.extract.document import Grid
from pipelines.extract.docx.names import W
from pipelines.extract.extract import extract, extractor_of
from pipelines.extract.office import converter
from pipelines.extract.office.converter import ConversionFailed, to_docx
from pipelines.extract.office.extractor import Written, differences, doc, objects_in_cells, rtf
from pipelines.extract.office.own_text import CELL_END, NoOwnText, rich_text, word_2003_text, word_text
from pipelines.extract.source_file import SourceFile
from pipelines.read.reader import read_report
from tests.factory import Case, build_case, compare, random_case
from tests.factory.carriers.files import converted as converted_files
from tests.factory.carriers.files import saved
from tests.factory.numbers import random_figures

pytestmark = pytest.mark.slow

with_office = pytest.mark.skipif(converter.program() is None, reason="LibreOffice is not installed")
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FILTERS = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format"}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [random_case(Random(f"office{seed}"), carrier="docx", n_variations=3) for seed in range(3)]


@pytest.fixture(scope="module", params=sorted(_FILTERS))
def converted(
    request: pytest.FixtureRequest, cases: list[Case], tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """The docx of the cases as another program's files, made in one go."""
    folder = tmp_path_factory.mktemp(request.param)
    for number, case in enumerate(cases):
        (folder / f"{number}.docx").write_bytes(case.data)
    office = converter.program()
    assert office is not None
    subprocess.run(
        [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", _FILTERS[request.param],
         "--outdir", str(folder), *map(str, sorted(folder.glob("*.docx")))],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return sorted(folder.glob(f"*.{request.param}"))


@with_office
def test_what_another_program_saved_is_read_cell_by_cell(converted: list[Path], cases: list[Case]) -> None:
    assert len(converted) == len(cases)
    for path, case in zip(converted, cases, strict=True):
        parsed = read_report(path.read_bytes(), name=path.name, url=case.url).to_contract()
        score = compare(case.truth, parsed)
        assert (score.wrong, score.invented, score.unexplained) == ([], [], []), case.name
        assert score.right + score.refused >= 0.99 * score.printed, case.name


def test_a_figure_that_stands_in_one_of_the_two_alone_is_found() -> None:
    made = Written(["规章", "70"], ["规章", "70"])
    assert differences(f"规章{CELL_END}70{CELL_END}{CELL_END}", made, cell_end=CELL_END) == []
    assert differences(f"规章{CELL_END}71{CELL_END}{CELL_END}", made, cell_end=CELL_END) == ["70", "71"]
    assert differences(f"规章{CELL_END}70{CELL_END}8{CELL_END}", made, cell_end=CELL_END) == ["8"]


@with_office
@pytest.mark.parametrize("extension", sorted(_FILTERS))
def test_lines_of_a_cell_stay_apart(extension: str) -> None:
    rng = Random(f"stacked/{extension}")
    case = build_case(rng, "docx", random_figures(rng, "2021", "2021", "small"), ["stacked_rows"])
    (data,) = converted_files([case], extension)
    score = compare(case.truth, read_report(data, name=f"a.{extension}").to_contract())
    assert (score.wrong, score.invented, score.missing) == ([], [], [])


@with_office
def test_what_differs_is_refused_whole(converted: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = converted[0]
    extension = path.suffix[1:]
    reader = "rich_text" if extension == "rtf" else "word_text"
    monkeypatch.setattr(f"pipelines.extract.office.extractor.{reader}", lambda _: "99|" + CELL_END + "\r")
    document = {"doc": doc, "rtf": rtf}[extension](SourceFile(path.read_bytes()))
    assert document.blocks == ()
    assert "differ in the figures" in (document.problem or "")


def test_without_libreoffice_the_problem_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    extractor_of.cache_clear()
    problem = extract(rb"{\rtf1 70}", name="a.rtf").problem or ""
    extractor_of.cache_clear()
    assert "apt-get install libreoffice-writer-nogui" in problem


@pytest.mark.parametrize(
    "data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4096]
)
def test_a_broken_word_file_says_so(data: bytes) -> None:
    with pytest.raises(NoOwnText):
        word_text(data)


def test_the_text_of_an_rtf_file_keeps_its_cells() -> None:
    assert rich_text(rb"{\rtf1\ansi\ansicpg936 \trowd\cellx1\cellx2 a\cell 70\cell\row}").replace("\n", "") == "a|70|"


@pytest.mark.parametrize(
    ("written", "count"),
    [
        (rb"11\chdate", 1), (rb"{\mmath{\*\moMath{\mr 70}}}", 1), (rb"70", 0), (rb"\chpgn\cell\sectnum ", 2),
        (rb"\row\pard \chpgn\par", 0),
    ],
)  # fmt: skip
def test_what_is_no_text_in_the_cells_of_an_rtf_file_is_counted(written: bytes, count: int) -> None:
    """LibreOffice leaves it out: 11 would be read for 11 and the day, and a formula called blank."""
    own = rich_text(rb"{\rtf1\ansi \trowd\cellx1\cellx2 a\cell " + written + rb"\cell\row}")
    assert objects_in_cells(own.replace("\n", "\r"), cell_end="|") == count


def test_rows_from_right_to_left_are_refused() -> None:
    with pytest.raises(NoOwnText, match="right to left"):
        rich_text(rb"{\rtf1\ansi \trowd\rtlrow\cellx1 70\cell\row}")


_LINKS = (
    r'{\rtf1 {\*\template ADDRESS} {\field{\*\fldinst INCLUDEPICTURE "ADDRESS" \\d}{\fldrslt x}}'
    r'{\field{\*\fldinst INCLUDETEXT "ADDRESS"}{\fldrslt x}} {\field{\*\fldinst DDEAUTO sh "-c touch MARK"}{\fldrslt x}} 70}'
)
_LINKED_PICTURE = (
    f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing"><wp:extent cx="90000" cy="90000"/>'
    f'<wp:docPr id="1" name="x"/><a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
    f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
    f"<pic:blipFill>"
    f'<a:blip xmlns:r="{_OFFICE}/relationships" r:link="rId9"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r></w:p>"
)


@with_office
@pytest.mark.parametrize(
    ("written", "figures"),
    [
        (rb"{\listtext\pard\plain 1.\tab}\ls1 70", "70"),
        (rb"{\pntext 1.\tab}70", "70"),
        (rb"{\upr{60}{\*\ud{70}}}", "70"),
    ],
    ids=["number of a list", "number of an old list", "in Unicode"],
)
def test_what_an_rtf_file_holds_for_other_programs_is_not_its_text(written: bytes, figures: str) -> None:
    assert rich_text(rb"{\rtf1\ansi " + written + b"}").strip() == figures


@pytest.mark.parametrize("has_namespaces", [True, False])
def test_a_conversion_reaches_no_network_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_namespaces: bool
) -> None:
    """Links, remote templates and DDE: nothing is asked for and nothing is started, with an empty network and without one."""
    if not has_namespaces:
        monkeypatch.setattr(converter, "_without_network", tuple)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x.png"
        (linking,) = saved([_linking(address)], "doc")  # by a LibreOffice that may ask: nobody listens yet
        listening.listen()
        listening.settimeout(0.5)
        mark = tmp_path / "started"
        to_docx(_LINKS.replace("ADDRESS", address).replace("MARK", str(mark)).encode(), "rtf")
        to_docx(linking, "doc")
        with pytest.raises(TimeoutError):
            listening.accept()
    assert not mark.exists()
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    left = [
        Path(f"/proc/{pid}/comm").read_text()
        for pid in children.read_text().split()
        if Path(f"/proc/{pid}/comm").exists()
    ]
    assert not [name for name in left if "soffice" in name or "oosplash" in name]


def _linking(address: str) -> bytes:
    """A Word document with a picture that is only linked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr("_rels/.rels", _relation("rId1", "officeDocument", "word/document.xml"))
        package.writestr("word/_rels/document.xml.rels", _relation("rId9", "image", address, ' TargetMode="External"'))
        body = f'<w:document xmlns:w="{W[1:-1]}"><w:body>{_LINKED_PICTURE}</w:body></w:document>'
        package.writestr("word/document.xml", body)
    return buffer.getvalue()


def _relation(name: str, kind: str, target: str, more: str = "") -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="{name}" '
        f'Type="{_OFFICE}/relationships/{kind}" Target="{target}"{more}/></Relationships>'
    )


@with_office
def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "SECONDS", 0.05)
    with pytest.raises(ConversionFailed, match="took longer"):
        to_docx(rb"{\rtf1 70}", "rtf")


_WORD_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:tbl><w:tblGrid>'
    '<w:gridCol w:w="900"/><w:gridCol w:w="900"/><w:gridCol w:w="900"/></w:tblGrid><w:tr>CELLS</w:tr></w:tbl></w:body>'
    "</w:wordDocument>"
)


@with_office
def test_a_document_in_the_xml_of_word_2003_is_read() -> None:
    texts = ("规章", "70", "8")
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in texts)
    document = extract(_WORD_2003.replace("CELLS", cells).encode(), name="a.doc")
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    assert (document.carrier, [cell.text for cell in grid.rows[0]]) == ("doc", list(texts))


@pytest.mark.parametrize("data", [b"", b"<a", b"<!DOCTYPE a><a/>", _WORD_2003.replace("CELLS", "<w:tr>").encode()])
def test_a_broken_document_in_the_xml_of_word_2003_says_so(data: bytes) -> None:
    with pytest.raises(NoOwnText):
        word_2003_text(data)
