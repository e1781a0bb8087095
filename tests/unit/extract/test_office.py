"""Word, WPS and RTF files through LibreOffice, held against their own text. Skipped where LibreOffice is not installed."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from random import Random

import pytest

from pipelines.extract.extract import extract, extractor_of
from pipelines.extract.office import converter
from pipelines.extract.office.converter import ConversionFailed, to_docx
from pipelines.extract.office.extractor import Written, differences, doc, rtf
from pipelines.extract.office.own_text import CELL_END, NoOwnText, rich_text, word_text
from pipelines.extract.source_file import SourceFile
from pipelines.read.reader import read_report
from tests.factory import Case, compare, random_case

with_office = pytest.mark.skipif(converter.program() is None, reason="LibreOffice is not installed")
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


@with_office
def test_a_conversion_reaches_no_network_and_leaves_no_process(tmp_path: Path) -> None:
    """An RTF that links a picture: nothing is asked for, and no process of the converter is left."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.5)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x.png"
        link = rf'{{\rtf1 {{\field{{\*\fldinst INCLUDEPICTURE "{address}" \\d}}{{\fldrslt x}}}} 70}}'
        to_docx(link.encode(), "rtf")
        with pytest.raises(TimeoutError):
            listening.accept()
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    left = [
        Path(f"/proc/{pid}/comm").read_text()
        for pid in children.read_text().split()
        if Path(f"/proc/{pid}/comm").exists()
    ]
    assert not [name for name in left if "soffice" in name or "oosplash" in name]


@with_office
def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "SECONDS", 0.05)
    with pytest.raises(ConversionFailed, match="took longer"):
        to_docx(rb"{\rtf1 70}", "rtf")
