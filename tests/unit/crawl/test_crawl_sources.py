"""Sources files: what is accepted, and errors that name file, line and key."""

from pathlib import Path

import pytest

from pipelines.crawl.archive.captures import source_frame
from pipelines.crawl.registry.source_files import SourceError, load_sources, read_sources
from schemas.site_families import ListingFamily
from schemas.sources import Source, SourceKind, TlsMode

HEAD = "province: jiangsu\nsources:\n"


def write(folder: Path, text: str, name: str = "jiangsu.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_only_id_and_url_are_required(tmp_path: Path) -> None:
    (source,) = load_sources(write(tmp_path, HEAD + "  - id: a\n    url: http://www.a.gov.cn/nb/\n"))
    assert (source.kind, source.listing, source.tls, source.delay_seconds) == (
        SourceKind.COLUMN,
        ListingFamily.AUTO,
        TlsMode.DEFAULT,
        2.0,
    )
    assert (source.enabled, source.province, source.allow_hosts) == (True, "jiangsu", ())


def test_an_unquoted_region_code_is_text(tmp_path: Path) -> None:
    (source,) = load_sources(write(tmp_path, HEAD + "  - {id: a, url: http://a.gov.cn/, region: 320600}\n"))
    assert source.region == "320600"


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n    delay: 3\n", 5, "delay", "unknown key; known are id, url"),
        (HEAD + "  - id: a\n", 3, "url", "is required"),
        (HEAD + "  - id: a\n    url: www.a.gov.cn\n", 4, "url", "absolute"),
        (HEAD + "  - id: a\n    url: http://u:p@a.gov.cn/\n", 4, "url", "password"),
        (HEAD + "  - id: A B\n    url: http://a.gov.cn/\n", 3, "id", "pattern"),
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n    kind: page\n", 5, "kind", "'column'"),
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n    delay_seconds: -1\n", 5, "delay_seconds", "greater"),
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n    allow_hosts: ['http://x']\n", 5, "allow_hosts", "without scheme"),
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n    kind: enumerable\n", 3, "", "{year}"),
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n  - id: a\n    url: http://b.gov.cn/\n", 5, "id", "already used"),
        (HEAD + "  - id: a\n    url: http://a.gov.cn/\n    url: http://b.gov.cn/\n", 5, "url", "twice"),
        (HEAD + "  - just text\n", 3, "sources", "mapping"),
        ("province: nowhere\nsources:\n  - {id: a, url: 'http://a.gov.cn/'}\n", 1, "province", "not a province"),
        ("sources: []\n", 1, "province", "is required"),
        ("province: jiangsu\n", 1, "sources", "is required"),
        ("province: jiangsu\nsources: []\nextra: 1\n", 3, "extra", "unknown key"),
        ("province: [\n", 2, "", "not YAML"),
        ("just text\n", 1, "", "mapping"),
        ("", 1, "", "mapping"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_key(text: str, line: int, key: str, words: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        load_sources(path)
    problem = caught.value.problems[0]
    assert (problem.line, problem.key) == (line, key)
    assert words in problem.message
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_sound_entries_survive_beside_wrong_ones(tmp_path: Path) -> None:
    sources, problems = read_sources(write(tmp_path, HEAD + "  - {id: a, url: 'http://a.gov.cn/'}\n  - {id: b}\n"))
    assert [source.id for source in sources] == ["a"]
    assert len(problems) == 1


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    for name, province in (("a.yaml", "jiangsu"), ("b.yaml", "anhui")):
        write(tmp_path, f"province: {province}\nsources:\n  - {{id: x, url: 'http://a.gov.cn/'}}\n", name)
    with pytest.raises(SourceError, match=r"b\.yaml:3: id: 'x' is already used at .*a\.yaml:3"):
        load_sources(tmp_path)


@pytest.mark.parametrize("what", ["missing", "empty"])
def test_a_missing_file_and_an_empty_folder_are_errors(what: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        load_sources(tmp_path / "none.yaml" if what == "missing" else tmp_path)


def test_sources_as_a_frame(tmp_path: Path) -> None:
    frame = source_frame(load_sources(write(tmp_path, HEAD + "  - {id: a, url: 'http://a.gov.cn/', site: 甲}\n")))
    assert frame.row(0, named=True) | {"site": "甲", "kind": "column", "enabled": True} == frame.row(0, named=True)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("http://a.gov.cn/x.jsp?fbtime=2017&area=1", "http://a.gov.cn/x.jsp?fbtime={year}&area=1"),
        ("http://a.gov.cn/x.aspx?dept=2&year=2023", "http://a.gov.cn/x.aspx?dept=2&year={year}"),
        ("http://a.gov.cn/x.aspx?year={year}", "http://a.gov.cn/x.aspx?year={year}"),
    ],
)
def test_an_enumerable_entry_may_name_one_year(url: str, read: str) -> None:
    assert Source(id="a", url=url, kind=SourceKind.ENUMERABLE, province="jiangsu").url == read
