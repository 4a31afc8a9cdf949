"""SeaweedFS for the default: an S3 server on 127.0.0.1 with the source's and the target's bucket.

Its four parts run in one process and speak to each other over ports of their own, all on 127.0.0.1.
Their HTTP ports ask for a key that only this server knows; without one every web page in a browser
on this machine could write to them. Their gRPC ports ask for nothing: the server is made for the
demo's images, on a machine whose users trust each other.
"""

import http.client
import json
import os
import random
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from artex_assets.embedded.process import (
    BackgroundProcess,
    failure,
    log_size,
    private_folder,
    write_private,
)
from artex_assets.errors import ServiceError

SOURCE_BUCKET = "the-art-exchange-migration-source"
TARGET_BUCKET = "the-art-exchange"

NAME = "SeaweedFS"
HOST = "127.0.0.1"
REGION = "us-east-1"  # for the signature; the server takes any
PARTS = ("master", "volume", "filer", "s3")
PORTS = range(20_000, 32_000)  # below those that outgoing connections are given
START_SECONDS = 60.0
ATTEMPTS = 3

OPTIONS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-dir=data",
    "-master",
    "-volume",
    "-filer",
    "-s3",
    "-s3.config=identities.json",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.autoCreateBucket=false",
    "-filer.localSocket=filer.sock",
    "-s3.localSocket=s3.sock",
    "-master.telemetry=false",
    "-master.peers=none",
    "-master.volumeSizeLimitMB=1024",
    "-volume.max=200",
    "-volume.preStopSeconds=0",
)
# Paths are relative to its folder: a comma in -dir would mean two folders, and a socket's path must
# be short. Without "none" the only master waits for others at each start, up to 20 s after a crash.

SIGNALS = ((signal.SIGTERM, 1.0), (signal.SIGKILL, 10.0))
# After SIGTERM its filer waits 15 s for streams that its own parts keep open (seen with 4.48). What
# it has confirmed is in its files by then.

SECURITY_KEYS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")


class EmbeddedS3:
    """The server whose data is in `home`/seaweedfs. Not more than one `start` at a time."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.folder = self.home / "seaweedfs"
        self._process = BackgroundProcess("seaweedfs", self.home, SIGNALS)
        self.log = self._process.log
        self._log_start = 0

    @property
    def endpoint_url(self) -> str:
        """Where S3 clients connect. Raises ServiceError when it was never started."""
        return f"http://{HOST}:{self._noted_ports()['s3.port']}"

    @property
    def access_key(self) -> str:
        """The access key id. Raises ServiceError when it was never started."""
        return self._credentials()["accessKey"]

    @property
    def secret_key(self) -> str:
        """The secret access key. Raises ServiceError when it was never started."""
        return self._credentials()["secretKey"]

    def where(self) -> str:
        """Where it listens, for people: the endpoint, or that there is none yet."""
        return self.endpoint_url if (self.folder / "ports.json").exists() else "never started"

    def running(self) -> bool:
        """Whether the server's process runs; `start` also waits until it takes objects."""
        return self._process.running()

    def start(self) -> None:
        """Starts the server, waits until it takes objects and creates the buckets that are missing.

        A server that runs is left as it is. Raises ServiceError.
        """
        self.begin()
        self.complete()

    def begin(self) -> None:
        """The first half of `start`, which does not wait: something else can start meanwhile."""
        if self.running():
            return
        try:
            private_folder(private_folder(self.folder) / "data")
            self._make_credentials()
            ports = self._choose_ports()
            self._log_start = log_size(self.log)
            self._process.start(
                [
                    *(Path(sys.executable).parent / "weed", "-logtostderr=true", "server"),
                    *OPTIONS,
                    *(f"-{name}={port}" for name, port in ports.items()),
                ],
                # No variables of AWS and of weed itself, and no configuration in the user's HOME.
                environment={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"},
                folder=self.folder,
            )
        except OSError as error:
            raise failure(NAME, f"cannot be started: {error}", self.log) from error

    def complete(self) -> None:
        """The second half of `start`: waits, and creates the buckets."""
        attempts = 1
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if not self.running():
                # Between the choice of a port and its use another program may have taken it.
                if attempts == ATTEMPTS or all(map(_free, self._noted_ports().values())):
                    raise failure(NAME, "ended while it started", self.log, self._log_start)
                attempts += 1
                self.begin()
            if time.monotonic() > deadline:
                why = f"does not take objects after {START_SECONDS:.0f} seconds"
                raise failure(NAME, why, self.log, self._log_start)
            time.sleep(0.02)
        for bucket in (SOURCE_BUCKET, TARGET_BUCKET):
            status = self._create_bucket(bucket)
            if status not in (200, 409):  # 409: it is there
                raise failure(NAME, f"answers {status} to the creation of {bucket}", self.log)

    def stop(self) -> None:
        """Stops the server. Nothing happens when it does not run."""
        self._process.stop()
        if (self.folder / "ports.json").exists():
            _remove_sockets(self._noted_ports())

    def _make_credentials(self) -> None:
        """Writes the files of mode 0600 with the client's credentials and the parts' own keys."""
        identities = self.folder / "identities.json"
        if identities.exists():
            return
        keys = [f'[{section}]\nkey = "{secrets.token_hex(32)}"\n' for section in SECURITY_KEYS]
        write_private(self.folder / "security.toml", "".join(keys))
        credentials = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        identity = {"name": "artex", "credentials": [credentials], "actions": actions}
        write_private(identities, json.dumps({"identities": [identity]}))

    def _credentials(self) -> dict[str, str]:
        credentials: dict[str, str]
        [credentials] = self._noted("identities.json")["identities"][0]["credentials"]
        return credentials

    def _choose_ports(self) -> dict[str, int]:
        """Ports by option: those of the last start, or others when one of them is taken."""
        noted = (self.folder / "ports.json").exists()
        ports = self._noted_ports() if noted else {}
        if not ports or not all(map(_free, ports.values())):
            _remove_sockets(ports)
            free = (port for port in random.sample(PORTS, len(PORTS)) if _free(port))
            names = (f"{part}.port{kind}" for part in PARTS for kind in ("", ".grpc"))
            ports = dict(zip(names, free, strict=False))
            write_private(self.folder / "ports.json", json.dumps(ports))
        return ports

    def _noted_ports(self) -> dict[str, int]:
        ports: dict[str, int] = self._noted("ports.json")
        return ports

    def _noted(self, name: str) -> Any:
        path = self.folder / name
        try:
            return json.loads(path.read_text())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ServiceError(
                f"The embedded S3 server was never started: there is no {path}.",
                next_step="Start it with `artex up`.",
            ) from error

    def _ready(self) -> bool:
        """Whether S3 answers and a volume is there to write to; S3 may answer seconds before."""
        ports = self._noted_ports()
        if _request(ports["s3.port"], "GET", "/healthz")[0] != 200:
            return False
        status, body = _request(ports["master.port"], "GET", "/dir/status")
        return status == 200 and json.loads(body)["Topology"]["Max"] > 0

    def _create_bucket(self, bucket: str) -> int:
        """Asks for a bucket and returns the HTTP status.

        Signed here rather than by boto3, which would read AWS_PROFILE and the proxy's variables.
        """
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        request = AWSRequest("PUT", f"{self.endpoint_url}/{bucket}")
        credentials = Credentials(self.access_key, self.secret_key)
        S3SigV4Auth(credentials, "s3", REGION).add_auth(request)
        port = self._noted_ports()["s3.port"]
        return _request(port, "PUT", f"/{bucket}", dict(request.headers))[0]


def _request(
    port: int, method: str, path: str, headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, bytes]:
    """The status and body of an HTTP answer; status 0 when nothing answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request(method, path, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _remove_sockets(ports: Mapping[str, int]) -> None:
    """Removes what a killed server leaves where no option of it can move them."""
    for option, port in ports.items():
        path = Path(f"/tmp/seaweedfs-{option.partition('.')[0]}-grpc-{port}.sock")  # noqa: S108
        if path.is_socket() and path.stat().st_uid == os.getuid():
            path.unlink()


def _free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
