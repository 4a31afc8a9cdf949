"""Copies of objects between two buckets of one S3 server, ours beside s5cmd and rclone.

`python -m bench.images` starts an embedded server in a folder of its own, fills a bucket with
random bytes and copies it with each tool in turn, several times. Ours proves every object's MD5.
Their times are of the whole process; ours is without the start of Python, as a run has it started.
At the end it runs an image set with its ledger, and again when it is finished.
"""

import argparse
import os
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from artex_assets.embedded.seaweedfs import REGION, EmbeddedS3
from artex_assets.images.transfer import Bucket, Copied, Inspected, Item, Policy, Transfer
from bench import resumed
from bench.measure import Measured, report, run, settle

SETS = {"2,000 × 35 kB": (2000, 35_000, 3), "200 × 5 MB": (200, 5_000_000, 1)}
"""Objects, bytes of each, and how often in a round: short ones vary more."""

PEER = "s5cmd cp"


def copy_here(source: str, target: str, server_side_from: int | None) -> None:
    """What the child process of ours does; it reports."""
    import boto3

    session = boto3.Session()
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    client = session.client("s3", endpoint_url=endpoint)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=source)
    disposition = "inline; filename=\"poster.jpg\"; filename*=UTF-8''poster.jpg"
    items = [
        Item(
            entry["Key"],
            entry["Key"],
            entry["Size"],
            b64encode(bytes.fromhex(entry["ETag"].strip('"'))).decode(),  # a legacy row has it
            "image/jpeg",
            disposition,
        )
        for page in pages
        for entry in page["Contents"]
    ]
    credentials = session.get_credentials()
    one, other = (Bucket(name, REGION, credentials, endpoint) for name in (source, target))
    transfer = Transfer(one, other, Policy(server_side_from=server_side_from))
    began = time.perf_counter()
    results = list(transfer(items, lambda item, head, tail, size: Inspected(item.content_type)))
    report(began)
    assert all(isinstance(result, Copied) for result in results)


def tools(server: EmbeddedS3) -> dict[str, Callable[[str, str], list[str]]]:
    """The command of each tool for a source and a target bucket."""
    rclone = [
        f":s3,provider=Other,env_auth=true,endpoint='{server.endpoint_url}'",
        "--transfers=16",
        "--checkers=16",
        "--s3-no-check-bucket",
    ]

    def ours(least: int | None) -> Callable[[str, str], list[str]]:
        chosen = [] if least is None else [f"--server-side-from={least}"]
        base = [sys.executable, "-m", "bench.images", *chosen, "--copy"]
        return lambda source, target: [*base, source, target]

    def remote(bucket: str) -> str:
        return f"{rclone[0]}:{bucket}"

    return {
        "ours": ours(Policy().server_side_from),
        "ours, server-side": ours(0),
        PEER: lambda source, target: ["s5cmd", "cp", f"s3://{source}/*", f"s3://{target}/"],
        "rclone copy": lambda source, target: [
            "rclone",
            "copy",
            remote(source),
            remote(target),
            *rclone[1:],
        ],
        "rclone copy, through it": lambda source, target: [
            "rclone",
            "copy",
            remote(source),
            remote(target),
            *rclone[1:],
            "--disable=Copy",
        ],
    }


@contextmanager
def serving() -> Iterator[tuple[EmbeddedS3, Any]]:
    """A server of its own, and a client of it."""
    import boto3

    with tempfile.TemporaryDirectory(prefix="artex-bench-") as folder:
        server = EmbeddedS3(Path(folder))
        server.start()
        try:
            yield (
                server,
                boto3.client(
                    "s3",
                    endpoint_url=server.endpoint_url,
                    aws_access_key_id=server.access_key,
                    aws_secret_access_key=server.secret_key,
                    region_name=REGION,
                ),
            )
        finally:
            server.stop()


def measure(rounds: int, console: Console) -> None:
    """Runs all tools on all sets, and prints a table of each set."""
    with serving() as (server, client):
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": server.endpoint_url,
            "AWS_ENDPOINT_URL_S3": server.endpoint_url,
            "S3_ENDPOINT_URL": server.endpoint_url,
        }
        environment.pop("AWS_CA_BUNDLE", None)  # rclone 1.60 does not start with it
        commands = {
            name: command
            for name, command in tools(server).items()
            if shutil.which(command("", "")[0])
        }
        for title, (count, size, times) in SETS.items():
            source = f"bench-{size}"
            client.create_bucket(Bucket=source)
            for number in range(count):
                client.put_object(
                    Bucket=source, Key=f"k{number:027}", Body=secrets.token_bytes(size)
                )
            measured: dict[str, list[Measured]] = {name: [] for name in commands}
            for _ in range(rounds * times):
                for name, command in commands.items():
                    target = f"bench-{secrets.token_hex(6)}"
                    client.create_bucket(Bucket=target)
                    settle()
                    one = run(command(source, target), environment, reports=name.startswith("ours"))
                    measured[name].append(one)
                    client.delete_bucket(Bucket=target)
            client.delete_bucket(Bucket=source)
            console.print(table(title, count, size, measured))
        resumed.measure(client, environment, rounds, console)


def table(title: str, count: int, size: int, measured: Mapping[str, list[Measured]]) -> Table:
    """Medians of all rounds, and the ratio to s5cmd's."""
    shown = Table(title=title, title_justify="left")
    for column in ("tool", "seconds", "objects/s", "MB/s", "ratio to s5cmd", "memory, MiB"):
        shown.add_column(column, justify="left" if column == "tool" else "right")
    medians = {
        name: statistics.median(one.seconds for one in ones) for name, ones in measured.items()
    }
    for name, seconds in medians.items():
        shown.add_row(
            name,
            f"{seconds:.2f}",
            f"{count / seconds:.0f}",
            f"{count * size / seconds / 1e6:.0f}",
            f"{seconds / medians[PEER]:.2f}" if PEER in medians else "",
            f"{max(one.memory for one in measured[name]):.0f}",
        )
    return shown


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3, help="how often each tool copies each set")
    parser.add_argument("--copy", nargs=2, metavar=("SOURCE", "TARGET"), help=argparse.SUPPRESS)
    parser.add_argument("--server-side-from", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.copy:
        source, target = arguments.copy
        copy_here(source, target, arguments.server_side_from)
        return
    console = Console()
    for name in ("s5cmd", "rclone"):
        if not shutil.which(name):
            console.print(f"{name} is left out, as it is not on PATH: `make bench` installs it.")
    measure(arguments.rounds, console)


if __name__ == "__main__":
    main()
