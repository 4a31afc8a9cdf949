"""Requests to one bucket: connections kept open, refusals that pass tried again."""

import asyncio
import ssl
from collections.abc import Mapping
from os import environ
from types import MappingProxyType

import certifi

from artex_assets.errors import StorageError
from artex_assets.images.transfer.bucket import Bucket
from artex_assets.images.transfer.connection import Connection, Response
from artex_assets.images.transfer.failure import (
    EXPIRED,
    ObjectError,
    code,
    passes,
    slows,
    stop_if_hopeless,
)
from artex_assets.images.transfer.items import Obstacle, Policy
from artex_assets.images.transfer.pace import Pace, Patience

NOTHING: Mapping[str, str] = MappingProxyType({})
ANSWER = 1024 * 1024
"""Bytes that an answer other than an object may have."""


def trust() -> ssl.SSLContext:
    """TLS as boto3 has it: AWS_CA_BUNDLE, or else certifi's authorities beside the system's."""
    bundle = environ.get("AWS_CA_BUNDLE")
    context = ssl.create_default_context(cafile=bundle)
    if not bundle:
        context.load_verify_locations(certifi.where())
    return context


class Client:
    """A bucket, as one side of a transfer. `unreachable` is that side's Obstacle."""

    def __init__(self, bucket: Bucket, policy: Policy, pace: Pace, unreachable: Obstacle) -> None:
        self.bucket = bucket
        self.unreachable = unreachable
        self._policy = policy
        self._pace = pace
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._tls = trust() if bucket.address.tls else None

    async def send(
        self,
        patience: Patience,
        method: str,
        key: str = "",
        *,
        query: Mapping[str, str] = NOTHING,
        headers: Mapping[str, str] = NOTHING,
        body: bytes = b"",
        limit: int = ANSWER,
        expected: str = "",
    ) -> Response:
        """The answer to a request, good or a refusal that does not pass.

        `expected` is the code of a refusal that is the answer. What else passes is tried again
        within `patience`. Raises ObjectError when that ends, and StorageError when no other
        request would fare better.
        """
        while True:
            try:
                await self._pace.enter()
                try:
                    response = await self._once(patience, method, key, query, headers, body, limit)
                finally:
                    self._pace.leave()
            except ssl.SSLCertVerificationError as error:
                raise StorageError(
                    f"The certificate of the server of {self.bucket} is not trusted: "
                    f"{error.verify_message}.",
                    next_step="Correct the endpoint, or name its authority in AWS_CA_BUNDLE.",
                ) from error
            except OSError as error:
                patience.doubt = True
                what = f"{type(error).__name__}: {error.strerror or error}"
            else:
                # An object may hold any text, a refusal's as well: what was asked for is not read.
                given = method == "GET" and response.status < 300
                if given or not passes(response) or code(response) == expected:
                    if not given:
                        stop_if_hopeless(self.bucket, response)
                    self._pace.faster()
                    return response
                what = code(response)
                if slows(response):
                    self._pace.slower()
            if not await patience.another():
                raise ObjectError(
                    self.unreachable,
                    f"{self.bucket} did not answer as it should, after {patience.retries + 1} "
                    f"tries: {what}.",
                    "See that the server is reachable and well, then retry.",
                )

    async def _once(
        self,
        patience: Patience,
        method: str,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        limit: int,
    ) -> Response:
        """One try, not counting an idle connection that the server had closed meanwhile."""
        keys = self.bucket.credentials.get_frozen_credentials()
        while True:
            connection = await self._connection()
            head = self.bucket.request(method, key, query, headers, body, keys)
            try:
                response = await connection.request(head, body, limit)
            except BaseException as error:
                self._open.discard(connection)
                if not isinstance(error, ConnectionResetError):
                    raise
                if connection.used and not connection.answering:
                    patience.doubt = True
                    continue
                raise
            if connection.usable:
                self._idle.append(connection)
            else:
                self._open.discard(connection)
            if response.status in (400, 403) and code(response) in EXPIRED:
                renewed = self.bucket.credentials.get_frozen_credentials()
                if renewed != keys:
                    keys = renewed
                    continue
            return response

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            self._open.discard(connection)
        address = self.bucket.address
        async with asyncio.timeout(self._policy.connect_seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: Connection(self._policy.idle_seconds),
                address.host,
                address.port,
                ssl=self._tls,
            )
        self._open.add(connection)
        return connection

    def patience(self) -> Patience:
        """A new object's worth of tries."""
        return Patience(self._policy)

    def close(self) -> None:
        """Closes all connections."""
        for connection in self._open:
            connection.close()
        self._idle.clear()
        self._open.clear()
