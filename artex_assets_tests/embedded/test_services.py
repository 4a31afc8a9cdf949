"""PostgreSQL and S3 started and stopped together, and what S3 keeps to itself."""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from artex_assets.embedded import seaweedfs, services
from artex_assets.embedded.postgres import TARGET_DATABASE, EmbeddedPostgres
from artex_assets.embedded.process import BackgroundProcess
from artex_assets.embedded.seaweedfs import SOURCE_BUCKET, TARGET_BUCKET, EmbeddedS3
from artex_assets.errors import ServiceError


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home, its path with a space, in which both services run."""
    home = tmp_path_factory.mktemp("services") / "the home"
    services.start(home)
    yield home
    ports = json.loads((home / "seaweedfs" / "ports.json").read_text()).values()
    services.stop(home)
    left = [path.name for path in Path("/tmp").glob("seaweedfs-*")]  # noqa: S108
    assert not [name for name in left for port in ports if str(port) in name]


def client(home: Path, **credentials: str) -> Any:
    import boto3
    from botocore.config import Config

    s3 = EmbeddedS3(home)
    return boto3.client(
        "s3",
        endpoint_url=s3.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=credentials.get("key", s3.access_key),
        aws_secret_access_key=credentials.get("secret", s3.secret_key),
        config=Config(retries={"max_attempts": 1}, proxies={}),
    )


def weed(home: Path) -> psutil.Process:
    process = BackgroundProcess("seaweedfs", home).process()
    assert process is not None
    return process


def listeners(process: psutil.Process) -> dict[int, str]:
    found = (c.laddr for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN)
    return {address.port: address.ip for address in found}


def test_both_run_and_say_where(home: Path) -> None:
    postgres, s3 = services.status(home)

    assert (postgres.name, postgres.running) == ("PostgreSQL", True)
    assert (s3.name, s3.running, s3.detail) == ("SeaweedFS", True, EmbeddedS3(home).endpoint_url)
    assert postgres.log.exists()
    assert s3.log.exists()
    assert home.stat().st_mode & 0o777 == 0o700


def test_objects_can_be_written_and_read_in_both_buckets(home: Path) -> None:
    s3 = client(home)
    for bucket in (SOURCE_BUCKET, TARGET_BUCKET):
        s3.put_object(Bucket=bucket, Key="variants/a b", Body=b"bytes")
        assert s3.get_object(Bucket=bucket, Key="variants/a b")["Body"].read() == b"bytes"


def test_everything_listens_on_the_loopback_address_only(home: Path) -> None:
    assert set(listeners(weed(home)).values()) == {"127.0.0.1"}


def test_nobody_reads_or_writes_without_the_credentials(home: Path) -> None:
    from botocore.exceptions import ClientError

    client(home).put_object(Bucket=SOURCE_BUCKET, Key="closed", Body=b"bytes")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client(home, secret="wrong").list_objects_v2(Bucket=SOURCE_BUCKET)  # noqa: S106
    for port in listeners(weed(home)):
        for method in ("GET", "DELETE"):
            for path in (f"/{SOURCE_BUCKET}/closed", f"/buckets/{SOURCE_BUCKET}/closed"):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                try:
                    connection.request(method, path)
                    assert connection.getresponse().status >= 400, (port, method, path)
                except (ConnectionError, http.client.HTTPException):
                    pass  # a gRPC port does not speak this language
                finally:
                    connection.close()
    assert client(home).head_object(Bucket=SOURCE_BUCKET, Key="closed")["ContentLength"] == 5


def test_credentials_are_private_and_neither_on_the_command_line_nor_in_the_log(home: Path) -> None:
    s3 = EmbeddedS3(home)
    for name in ("identities.json", "security.toml"):
        assert (s3.folder / name).stat().st_mode & 0o777 == 0o600
    said = " ".join(weed(home).cmdline()) + s3.log.read_text()
    assert s3.secret_key not in said
    assert s3.access_key not in said


def test_starting_twice_leaves_what_runs(home: Path) -> None:
    before = weed(home), EmbeddedS3(home).endpoint_url, EmbeddedS3(home).secret_key

    services.start(home)

    assert (weed(home), EmbeddedS3(home).endpoint_url, EmbeddedS3(home).secret_key) == before


def test_two_starts_at_once_after_a_crash_repair_it_once(home: Path) -> None:
    client(home).put_object(Bucket=TARGET_BUCKET, Key="kept", Body=b"bytes" * 1000)
    with psycopg.connect(EmbeddedPostgres(home).url(TARGET_DATABASE)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server = psutil.Process(int((home / "postgres/data/postmaster.pid").read_text().split()[0]))
    killed = [weed(home), server, *server.children()]
    for process in killed[:2]:
        process.kill()
    psutil.wait_procs(killed, timeout=10)
    assert [status.running for status in services.status(home)] == [False, False]

    with ThreadPoolExecutor(2) as starts:
        list(starts.map(services.start, [home, home]))

    kept = client(home).get_object(Bucket=TARGET_BUCKET, Key="kept")["Body"].read()
    assert kept == b"bytes" * 1000
    with psycopg.connect(EmbeddedPostgres(home).url(TARGET_DATABASE)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    every = psutil.process_iter(["name", "pid"])
    same = [p for p in every if p.name() == "weed" and os.getsid(p.pid) == weed(home).pid]
    assert len(same) == 1


def test_a_port_that_is_taken_meanwhile_is_left_to_its_owner(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(home).put_object(Bucket=TARGET_BUCKET, Key="moved", Body=b"bytes")
    services.stop(home)
    noted = EmbeddedS3(home).folder / "ports.json"
    old = json.loads(noted.read_text())
    # The port looks free when it is chosen, and is taken when the server wants it.
    looks = iter([True] * 8)
    free = seaweedfs._free
    monkeypatch.setattr(seaweedfs, "_free", lambda port: next(looks, None) or free(port))
    with socket.create_server(("127.0.0.1", old["master.port"])):
        services.start(home)

    assert set(listeners(weed(home))) == set(json.loads(noted.read_text()).values())
    assert old["master.port"] not in listeners(weed(home))
    kept = client(home).get_object(Bucket=TARGET_BUCKET, Key="moved")["Body"].read()
    assert kept == b"bytes"


def test_an_interrupted_start_stops_what_it_began(tmp_path: Path) -> None:
    began = []

    def interrupt(sentence: str) -> None:
        began.append([status.running for status in services.status(tmp_path)])
        if "Waiting" in sentence:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.start(tmp_path, interrupt)

    assert began == [[False, False], [True, True]]
    assert [status.running for status in services.status(tmp_path)] == [False, False]


def test_a_service_that_cannot_start_is_named_with_its_reason_and_log(tmp_path: Path) -> None:
    s3 = EmbeddedS3(tmp_path)
    (s3.folder / "data").mkdir(parents=True)
    (s3.folder / "data" / "filerldb2").write_text("a file where a folder should be")
    started = time.monotonic()

    with pytest.raises(ServiceError, match=r"SeaweedFS ended while it started\..*filerldb2") as e:
        services.start(tmp_path)

    assert str(s3.log) in str(e.value)
    assert time.monotonic() - started < 30
    assert [status.running for status in services.status(tmp_path)] == [False, False]


def test_a_home_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(ServiceError, match=r"file.* cannot be used"):
            services.start(home)
        services.stop(home)
        assert [status.running for status in services.status(home)] == [False, False]


def test_a_home_that_was_never_started_has_nothing_to_stop_and_no_credentials(
    tmp_path: Path,
) -> None:
    services.stop(tmp_path / "home")

    assert not (tmp_path / "home").exists()
    with pytest.raises(ServiceError, match="never started"):
        _ = EmbeddedS3(tmp_path / "home").secret_key


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_is_read_only_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ServiceError, match="cannot be used: Permission denied"):
        services.start(tmp_path)
