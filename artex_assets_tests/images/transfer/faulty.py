"""A proxy in front of the real S3 server that does to chosen requests what networks do."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Fault = Callable[["Exchange"], None]
"""What happens to a request: it changes the exchange."""


@dataclass
class Exchange:
    """One request on its way. `number` counts the requests with the same method and path."""

    method: str
    path: str
    number: int
    head: bytes
    body: bytes
    answer: bytes | None = None  # in place of the server's
    flip_answer: bool = False
    cut_answer_after: int | None = None
    forward_only: bool = False  # the server gets it, the client hears nothing
    delay: float = 0.0


def answers(status: int, code: str) -> Fault:
    """The request is answered with this error, and never comes to the server."""
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()

    def fault(exchange: Exchange) -> None:
        exchange.answer = (
            f"HTTP/1.1 {status} No\r\nContent-Type: application/xml\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    return fault


def cut_after(sent: int) -> Fault:
    """The connection is cut after so many bytes of the answer's body."""

    def fault(exchange: Exchange) -> None:
        exchange.cut_answer_after = sent

    return fault


def hurt_answer(exchange: Exchange) -> None:
    """A bit of the answer's body is another one."""
    exchange.flip_answer = True


def hurt_request(exchange: Exchange) -> None:
    """A bit of the request's body is another one."""
    exchange.body = bytes([exchange.body[0] ^ 1]) + exchange.body[1:]


def lose_answer(exchange: Exchange) -> None:
    """The server does what it is asked, and the connection is cut before it can say so."""
    exchange.forward_only = True


def stall(seconds: float) -> Fault:
    """Nothing moves for so long."""

    def fault(exchange: Exchange) -> None:
        exchange.delay = seconds

    return fault


def only(
    method: str, fault: Fault, times: int = 1, end: str = "/key"
) -> Callable[[Exchange], Fault | None]:
    """Chooses the fault for the first requests of a method whose path has `end`."""
    left = [times]

    def choose(exchange: Exchange) -> Fault | None:
        if exchange.method == method and end in exchange.path and left[0]:
            left[0] -= 1
            return fault
        return None

    return choose


@dataclass
class Proxy:
    """Forwards requests to `upstream`; `choose` names the fault of each."""

    upstream: tuple[str, int]
    choose: Callable[[Exchange], Fault | None] = lambda exchange: None
    url: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    open_now: int = 0
    open_at_most: int = 0
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _tasks: set[object] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        upstream_writer = None
        # Once the client has closed its end, asyncio itself holds the task by nothing.
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            upstream_reader, upstream_writer = await asyncio.open_connection(*self.upstream)
            while await self._exchange(reader, writer, upstream_reader, upstream_writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # one side has closed
        finally:
            self._tasks.discard(task)
            writer.transport.abort()
            if upstream_writer is not None:
                upstream_writer.transport.abort()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        upstream_reader: asyncio.StreamReader,
        upstream_writer: asyncio.StreamWriter,
    ) -> bool:
        head, body = await _message(reader)
        method, path = head.split(b" ", 2)[:2]
        mark = (method.decode(), path.decode())
        self.seen.append(mark)
        number = self._numbers[mark] = self._numbers.get(mark, 0) + 1
        exchange = Exchange(*mark, number, head, body)
        self.open_now += 1
        self.open_at_most = max(self.open_at_most, self.open_now)
        try:
            fault = self.choose(exchange)
            if fault is not None:
                fault(exchange)
            await asyncio.sleep(exchange.delay)
            if exchange.answer is not None:
                writer.write(exchange.answer)
                await writer.drain()
                return True
            upstream_writer.write(exchange.head + exchange.body)
            head, body = await _message(upstream_reader)
        finally:
            self.open_now -= 1
        if exchange.forward_only:
            return False
        if exchange.flip_answer:
            body = bytes([body[0] ^ 1]) + body[1:]
        if exchange.cut_answer_after is not None:
            body = body[: exchange.cut_answer_after]
        writer.write(head + body)
        await writer.drain()
        if exchange.cut_answer_after is not None:
            await asyncio.sleep(0.05)  # what was written goes out before the cut
            return False
        return True


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return head, await reader.readexactly(length)


@contextmanager
def running(upstream: tuple[str, int], context: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """A proxy that listens at its `url` until the block ends; with a context it speaks TLS."""
    proxy = Proxy(upstream)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=2**20, ssl=context)
    )
    scheme = "https" if context else "http"
    proxy.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield proxy
    finally:

        async def wind_down() -> None:
            server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(wind_down(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
