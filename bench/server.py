"""The corpus on loopback: every site on an address of its own, answers ready in memory.

It runs in a process of its own, so that its CPU time is not counted, and does as little as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import socket
import sys
from typing import cast

from bench.corpus import Corpus, Spot

Answers = dict[tuple[str, bytes], bytes]

_MISSING = b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"


def _answer(corpus: Corpus, spot: Spot) -> bytes:
    family = spot.site.family
    body = corpus.render(spot)
    head = [
        "HTTP/1.1 200 OK",
        "Server: nginx",
        "Date: Fri, 20 Nov 2026 02:00:00 GMT",
        f"Content-Type: text/html; charset={family.charset}",
        "Last-Modified: Thu, 19 Nov 2026 08:30:00 GMT",
        f'ETag: "{spot.site.number:x}-{len(body):x}"',
        "X-Frame-Options: SAMEORIGIN",
        "X-Content-Type-Options: nosniff",
        "Vary: Accept-Encoding",
    ]
    if family.gzipped:
        body = gzip.compress(body, 6, mtime=0)
        head.append("Content-Encoding: gzip")
    head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class _Connection(asyncio.Protocol):
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._host = str(transport.get_extra_info("sockname")[0])

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            self._transport.write(self._answers.get((self._host, path), _MISSING))


async def serve(corpus: Corpus) -> None:
    """Prints the port once every address is bound; ends with the process that started it."""
    answers = {(spot.site.host, spot.path.encode()): _answer(corpus, spot) for spot in corpus.spots()}
    hosts = [site.host for site in corpus.sites]
    loop = asyncio.get_running_loop()
    for attempt in range(20):
        with socket.socket() as probe:
            probe.bind((hosts[0], 0))
            port = probe.getsockname()[1]
        try:
            await loop.create_server(lambda: _Connection(answers), hosts, port, backlog=128)
            break
        except OSError:
            if attempt == 19:
                raise
    print(port, flush=True)
    # The other side holds our standard input open; its end is the end of the run.
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(serve(Corpus(given.pages, given.seed)))
