"""One HTTP/1.1 connection to an S3 server, for one request after another."""

import asyncio
from dataclasses import dataclass
from typing import cast

import httptools

REFUSAL = 64 * 1024
"""Bytes that a refusal may have; S3's have a few hundred, and their code is among them."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: the names of headers are in lower case, the body is whole.

    `cut` tells that the body is longer than was asked for and was left unread.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool = False


class Connection(asyncio.Protocol):
    """Sends a request and collects its answer.

    `idle_seconds` is how long nothing may move in either direction before it is given up.
    """

    def __init__(self, idle_seconds: float) -> None:
        self.usable = False
        self.used = False  # whether a request was answered on it already
        self.answering = False  # whether a byte of an answer to the last request has come
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._parser: httptools.HttpResponseParser
        self._waiter: asyncio.Future[Response] | None = None
        self._watch: asyncio.TimerHandle
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._received = 0
        self._limit = 0
        self._moved = 0.0
        self._unsent = 0

    async def request(self, head: bytes, body: bytes, limit: int) -> Response:
        """Sends a request and returns its answer, whose body may have `limit` bytes.

        A refusal may have REFUSAL bytes at least: a small object's could not be told from it.

        Raises OSError when the connection is cut, is idle for too long or carries no HTTP. After
        that, after a cancellation and after an answer that was cut it is closed.
        """
        if not self.usable:
            raise ConnectionResetError("the connection was closed")
        self._parser = httptools.HttpResponseParser(self)
        self._headers, self._chunks = {}, []
        self._received, self._limit, self.answering = 0, limit, False
        self._waiter = self._loop.create_future()
        self._transport.writelines((head, body) if body else (head,))
        self._moved = self._loop.time()
        self._unsent = self._transport.get_write_buffer_size()
        self._watch = self._loop.call_later(self._idle_seconds, self._check_idle)
        try:
            response = await self._waiter
        except BaseException:
            self.close()
            raise
        finally:
            self._watch.cancel()
            self._waiter = None
        self.used = True
        if self._transport.get_write_buffer_size():
            self.close()  # the server answered before it had read everything
        return response

    def close(self) -> None:
        """Closes it at once; what was not sent yet is not sent."""
        self.usable = False
        self._transport.abort()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.usable = True

    def data_received(self, data: bytes) -> None:
        self._moved = self._loop.time()
        self.answering = True
        if self._waiter is None:  # bytes that nobody asked for
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionAbortedError(f"the answer is no HTTP: {type(error).__name__}"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self._fail(ConnectionResetError("the connection was cut"))

    # What httptools calls

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        length = self._headers.get("content-length", "")
        if self._parser.get_status_code() >= 300:
            self._limit = max(self._limit, REFUSAL)
        if length.isdecimal() and int(length) > self._limit:
            self._finish(cut=True)

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        if self._received > self._limit:
            self._finish(cut=True)
        else:
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() >= 200:  # 100 Continue is followed by the answer
            self._finish()

    def _finish(self, cut: bool = False) -> None:
        if self._waiter is not None and not self._waiter.done():
            status = self._parser.get_status_code()
            body = b"" if cut else b"".join(self._chunks)
            self._chunks = []
            self._waiter.set_result(Response(status, self._headers, body, cut))
        if cut or not self._parser.should_keep_alive():
            self.close()

    def _fail(self, error: OSError) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def _check_idle(self) -> None:
        """Looks whether anything moved since it last looked; sent bytes count as well."""
        unsent = self._transport.get_write_buffer_size()
        now = self._loop.time()
        if unsent < self._unsent:
            self._moved = now
        self._unsent = unsent
        left = self._moved + self._idle_seconds - now
        if left <= 0:
            self._fail(TimeoutError(f"nothing moved for {self._idle_seconds:g} seconds"))
        else:
            self._watch = self._loop.call_later(left, self._check_idle)
