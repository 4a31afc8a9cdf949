"""A bucket on an S3 server, and how requests for it are addressed and signed."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from artex_assets.images.transfer.signature import encode_path, encode_query, sign


class FrozenCredentials(Protocol):
    """The keys of one moment, as botocore's `ReadOnlyCredentials` holds them."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


class Credentials(Protocol):
    """botocore's `Credentials`, those of a boto3 client among them; they may renew themselves."""

    def get_frozen_credentials(self) -> FrozenCredentials: ...


@dataclass(frozen=True)
class Bucket:
    """A bucket: `endpoint_url` is None for AWS itself, else where another server listens."""

    name: str
    region: str
    credentials: Credentials = field(repr=False)
    endpoint_url: str | None = None

    @cached_property
    def address(self) -> "Address":
        """Where its requests go."""
        if self.endpoint_url:  # by path, since a name below localhost or an IP address is none
            url = urlsplit(self.endpoint_url)
            tls = url.scheme == "https"
            port = url.port or (443 if tls else 80)
            host = url.hostname or ""
            base = f"{url.path.rstrip('/')}/{self.name}"
            return Address(host, port, tls, url.netloc.rpartition("@")[2], base)
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        server = f"s3.{self.region}.{domain}"
        # By name, except where the certificate for *.s3.… or the name itself would not do.
        if re.fullmatch(r"[a-z0-9-]+", self.name):
            return Address(f"{self.name}.{server}", 443, True, f"{self.name}.{server}", "")
        return Address(server, 443, True, server, f"/{self.name}")

    def shares_server(self, other: "Bucket") -> bool:
        """Whether the server can copy from one to the other by itself."""
        return self.endpoint_url == other.endpoint_url and self.region == other.region

    def __str__(self) -> str:
        return f"bucket {self.name} at {self.endpoint_url or f'AWS in {self.region}'}"

    def request(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        keys: FrozenCredentials,
    ) -> bytes:
        """The signed head of a request, up to and with the empty line."""
        address = self.address
        path = f"{address.base}/{encode_path(key)}" if key else address.base or "/"
        target = encode_query(query)
        signed = {"host": address.authority, **headers}
        if body or method in ("PUT", "POST"):
            signed["content-length"] = str(len(body))
        sign(
            method,
            path,
            target,
            signed,
            region=self.region,
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            session_token=keys.token,
            body=None if address.private else body,
        )
        lines = "".join([f"{name}: {value}\r\n" for name, value in signed.items()])
        path = f"{path}?{target}" if target else path
        if lines.count("\n") != len(signed) or not lines.isascii():
            raise ValueError("a header of an S3 request holds a line break or a letter of no ASCII")
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("ascii")


@dataclass(frozen=True)
class Address:
    """A server, and what comes before the key in the path: `base`."""

    host: str
    port: int
    tls: bool
    authority: str
    base: str

    @cached_property
    def private(self) -> bool:
        """Whether nobody on the way can change what is sent: TLS, or this machine itself."""
        if self.tls or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
