"""The process that PDFium runs in: takes documents from a socket, one after the other, and answers with what they print.

``pipelines.extract.pdf.engine.worker`` starts it as ``python -m pipelines.extract.pdf.engine.worker_main MEMORY SECONDS``; the
socket is its standard input. It ends
when the other side hangs up; the kernel ends it when a document takes more than its share.
"""

import contextlib
import gc
import resource
import socket
import struct
import sys
import time
from itertools import count

from pipelines.extract.document import FAULT, Document
from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.engine.document_reader import read_document
from pipelines.extract.pdf.engine.wire import dumped
from schemas.vocabulary import Carrier

HEADER = struct.Struct(">Qd")
"""Length of what follows; in an answer also the processor seconds that it took."""


_COLLECT_EVERY = 50  # documents: reading makes many objects and no cycles


def receive(connection: socket.socket, size: int) -> bytes:
    """So many bytes. Raises EOFError when the other side hangs up."""
    parts: list[bytes] = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def serve(connection: socket.socket, seconds: int) -> None:
    """Answer until the other side hangs up."""
    for number in count(1):
        if number % _COLLECT_EVERY == 0:
            gc.collect()
        try:
            size, _ = HEADER.unpack(receive(connection, HEADER.size))
            data = receive(connection, size)
        except EOFError:
            return
        start = time.process_time()
        _allow(seconds)
        try:
            answer = dumped(read_document(data))
        except MemoryError:
            answer = dumped(Document(Carrier.PDF, problem="the PDF needs more memory than a report may"))
        except Exception as error:  # noqa: BLE001 - reported to the parent process
            told = f"{FAULT} ({type(error).__name__}: {str(error)[:200]}); nothing was read"
            answer = dumped(Document(Carrier.PDF, problem=told))
        connection.sendall(HEADER.pack(len(answer), time.process_time() - start) + answer)


def _allow(seconds: int) -> None:
    """The kernel ends this process when it has used so many more seconds of processor time."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    soon = int(time.process_time()) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soon if most == resource.RLIM_INFINITY else min(soon, most), most))


def _limit_memory(most: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """See the module's description."""
    _limit_memory(int(sys.argv[1]))
    pdfium.start()
    gc.disable()
    with contextlib.suppress(ConnectionError):  # the other side is gone
        serve(socket.socket(fileno=0), int(sys.argv[2]))


if __name__ == "__main__":
    main()
