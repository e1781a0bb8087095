"""Data folders for the tests of the pages: reports in every carrier, and one report whose page and title are hostile."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import polars as pl

from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.crawl import import_file
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from pipelines.warehouse.building.build import build_warehouse
from schemas.tables import polars_schema
from tests.factory import random_case

CARRIERS = ("html", "flat_txt", "pdf", "docx", "xlsx", "ofd")
_NIGHT = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)

HOSTILE = """
<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css"><style>@import "https://evil.example/b.css";
td { background: url(https://evil.example/c.png) } a.back { display: none }</style>
<script>window.hacked = 1; alert(1)</script><script src="https://evil.example/d.js"></script>
<svg onload="alert(2)"><script>alert(3)</script><foreignObject><iframe src="javascript:alert(4)"></iframe></foreignObject></svg>
<img src="https://evil.example/e.png" onerror="alert(5)"><img src="data:image/svg+xml,<svg onload=alert(6)>">
<iframe srcdoc="<script>alert(7)</script>"></iframe><object data="https://evil.example/f"></object><embed src="data:text/html,x">
<form action="https://evil.example/g"><input name="x" autofocus onfocus="alert(8)"><button>go</button></form>
<a id="hostile-link" href="javascript:alert(9)">link</a><a href="data:text/html,<script>alert(10)</script>">data</a>
<p style="background:url(https://evil.example/h.png);position:fixed;inset:0" onclick="alert(11)">covers all</p>
<div id="f-applications-received-total">an id of ours</div><video src="https://evil.example/i.mp4" autoplay></video>
<math><mtext><table><mglyph><style><img src=x onerror="alert(12)"></style></mglyph></table></mtext></math>
<noscript><p title="</noscript><img src=x onerror=alert(13)>"></noscript>
"""


def published(home: Home, files: Mapping[str, Path], province: str = "jiangsu") -> Home:
    """Import these files under their addresses, read them, and publish."""
    for url, path in files.items():
        import_file(home, path, url, province=province, now=_NIGHT)
    read_province(home, province)
    validate_provinces(home, tidy_provinces(home))
    check_across_years(home)
    build_warehouse(home, pl.DataFrame(schema=polars_schema("crawl.sources")), keep_releases=0)
    return home


def in_every_carrier(folder: Path) -> Home:
    """A report in each carrier of ``CARRIERS``."""
    files = {}
    for carrier in CARRIERS:
        case = random_case(Random(f"explore/{carrier}"), carrier=carrier, n_variations=0)
        path = folder / f"{carrier}-{case.filename}"
        path.write_bytes(case.data)
        files[f"https://www.example.gov.cn/{carrier}/{case.filename}"] = path
    return published(Home(folder / "home"), files)


def hostile(folder: Path) -> Home:
    """A report whose page tries everything that a page can, under a title that tries as well."""
    case = random_case(Random("explore/hostile"), carrier="html", n_variations=0)
    text = case.data.decode("utf-8")
    title = str(case.truth.title)
    evil = f"{title}<script>alert(20)</script>\"'><img src=x onerror=alert(21)>"
    escaped = evil.replace("&", "&amp;").replace("<", "&lt;")
    head, _, rest = text.replace(title, escaped).partition("<body>")
    body, _, foot = rest.rpartition("</body>")
    path = folder / "hostile.html"
    path.write_text(f"{head}<body>{body}{HOSTILE}</body>{foot}", encoding="utf-8")
    return published(Home(folder / "home"), {"https://www.example.gov.cn/hostile.html": path})
