"""Generated sites on loopback addresses: many hosts, one process of its own, so that their CPU is nobody's.

HTTP/1.1 with ETag, no more than a crawl needs. Columns are ``/nb/``, ``/nb1/``, …, TRS lists of twenty reports a page.
"""

import asyncio
import contextlib
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from tests.integration.scale import corpus, machines

PER_LIST = 20
_PLACE = re.compile(r"(/nb\d*/)(?:(2024/)(\d+)\.html|index_(\d+)\.html)?")
_CELL = (
    '<td style="border:windowtext 1pt solid;padding:0cm 5.4pt" width="65"><p align="center"><span>{}</span></p></td>'
)

Page = Callable[[int, str, int], bytes]
"""(host, column, number of the report) → its page."""


@dataclass(frozen=True)
class Sites:
    """What is served. ``kilobytes``: pages of that weight, alike on all hosts; None: reports that can be read, all different."""

    hosts: int
    per_column: int
    port: int
    kilobytes: int | None = None

    def page(self) -> Page:
        if self.kilobytes is None:
            made = corpus.Pages(self.hosts * self.per_column)
            return lambda host, _, item: made[host * self.per_column + item][2]
        pages = [weighty_page(f"第{item}局", self.kilobytes) for item in range(min(self.per_column, 400))]
        return lambda _, folder, item: pages[item % len(pages)] + f"<!--{folder}{item}-->".encode()


def addresses(hosts: int) -> list[str]:
    return [f"127.0.{3 + number // 200}.{1 + number % 200}" for number in range(hosts)]


@contextlib.contextmanager
def serving(given: Sites, columns: int = 1) -> Iterator[list[str]]:
    """Addresses of the columns of every host, while the server process runs."""
    server = subprocess.Popen([sys.executable, "-m", __name__, json.dumps(asdict(given))], cwd=machines.PROJECT)
    try:
        machines.wait_for(addresses(given.hosts)[-1], given.port)
        hosts = addresses(given.hosts)
        yield [f"http://{host}:{given.port}/nb{column or ''}/" for column in range(columns) for host in hosts]
    finally:
        server.kill()
        server.wait()


def weighty_page(name: str, kilobytes: int) -> bytes:
    """A page of the usual weight: headings, prose, and a table as Word pastes it."""
    seed = int(hashlib.md5(name.encode()).hexdigest()[:8], 16)
    rows = "".join(
        f"<tr>{''.join(_CELL.format((seed >> (r + c) % 24) % 97) for c in range(10))}</tr>" for r in range(28)
    )
    head = f"<title>{name}2023年政府信息公开工作年度报告</title>一、总体情况 二、主动公开政府信息情况 信息内容 四、行政复议"
    page = f"<html><head><meta charset=utf-8></head><body>{head}<table>申请人情况{rows}</table>"
    filler = f"<p>{name}本年度公开信息{seed % 997}条，受理申请{seed % 89}件。</p>"
    while len(page) < kilobytes * 700:  # Chinese text: about 1.4 bytes a character here
        page += filler
    return f"{page}</body></html>".encode()


def list_page(folder: str, number: int, n: int) -> bytes:
    """One page of a TRS column of ``n`` reports."""
    total = -(-n // PER_LIST)
    rows = "".join(
        f"<li><a href='{folder}2024/{item}.html'>第{item}局2023年政府信息公开工作年度报告</a></li>"
        for item in range(number * PER_LIST, min((number + 1) * PER_LIST, n))
    )
    pager = f"createPageHTML({total}, {number}, 'index', 'html')"
    following = f"<a class=next href='{folder}index_{number + 1}.html'>next</a>" if number + 1 < total else ""
    return f"<html><body><ul>{rows}</ul>{following}<script>{pager}</script></body></html>".encode()


async def serve(given: Sites) -> None:
    """Listen on every host until the process is ended."""
    page = given.page()

    def find(host: int, path: str) -> bytes | None:
        if (found := _PLACE.fullmatch(path)) is None:
            return None
        folder, is_report, item, number = found.groups()
        return page(host, folder, int(item)) if is_report else list_page(folder, int(number or 0), given.per_column)

    async def answer(host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                writer.write(_answer(head, find(host, head.split(" ", 2)[1])))
                await writer.drain()
        writer.close()

    for number, host in enumerate(addresses(given.hosts)):
        await asyncio.start_server(lambda r, w, number=number: answer(number, r, w), host, given.port)  # type: ignore[misc]
    await asyncio.Event().wait()


def _answer(head: str, body: bytes | None) -> bytes:
    if body is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    tag = f'"{len(body)}-{hashlib.md5(body).hexdigest()}"'
    if tag in head:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    line = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: {tag}\r\n"
    return f"{line}Content-Length: {len(body)}\r\n\r\n".encode() + body


if __name__ == "__main__":
    asyncio.run(serve(Sites(**json.loads(sys.argv[1]))))
