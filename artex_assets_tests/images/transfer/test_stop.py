"""A transfer that is stopped, killed or not attended to."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from artex_assets.images.transfer import Copied, Inspected, Item, Policy
from artex_assets_tests.images.transfer import faulty
from artex_assets_tests.images.transfer.conftest import (
    QUICK,
    World,
    accept,
    before_source,
    before_target,
)
from artex_assets_tests.images.transfer.faulty import Exchange, Fault, Proxy

MIB = 1024 * 1024
LARGE = bytes(range(256)) * 4096 * 11
IN_PARTS = replace(QUICK, memory_object=MIB, part=5 * MIB)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "artex-transfer"]


def test_a_closed_transfer_leaves_no_upload_and_no_half_object(world: World, proxy: Proxy) -> None:
    small = [world.put(f"small{number}", b"content %d" % number) for number in range(20)]
    large = [world.put(f"large{number}", LARGE) for number in range(3)]
    under_way = threading.Event()

    def choose(exchange: Exchange) -> Fault | None:
        if "partNumber=2" in exchange.path:
            under_way.set()
            return faulty.stall(30)
        return None

    proxy.choose = choose
    results = cast(
        "Generator[Any]", before_target(world, proxy).transfer(IN_PARTS)(large + small, accept)
    )
    first = next(results)
    assert isinstance(first, Copied)
    assert under_way.wait(10)
    assert world.uploads()
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 5
    assert world.uploads() == []
    assert threads() == []
    there = set(world.keys())
    assert all(key.startswith("small") for key in there)
    for key in there:
        assert world.kept(key) == b"content %d" % int(key.removeprefix("small"))
    # A new transfer finishes the work, and copies nothing twice.
    for result in world.transfer(IN_PARTS)(small + large, accept):
        assert isinstance(result, Copied)
        assert result.adopted == (result.item.key in there)


def test_a_transfer_that_was_never_asked_for_a_result_has_done_nothing(world: World) -> None:
    item = world.put("key", b"content")
    cast("Generator[Any]", world.transfer()([item], accept)).close()
    assert world.keys() == []
    assert threads() == []


@pytest.mark.parametrize("raises", ["items", "inspect"])
def test_an_error_of_the_callers_comes_out_and_leaves_nothing(world: World, raises: str) -> None:
    item = world.put("key", LARGE)

    def items() -> Iterator[Item]:
        yield item
        if raises == "items":
            raise LookupError("of the items")

    def inspect(item: Item, head: bytes, tail: bytes, size: int) -> Inspected:
        if raises == "inspect":
            raise LookupError("of the inspector")
        return Inspected(None)

    with pytest.raises(LookupError, match=raises):
        list(world.transfer(IN_PARTS)(items(), inspect))
    assert world.uploads() == []
    assert threads() == []


BUCKETS = """
import os, resource, sys
from botocore.credentials import Credentials
from artex_assets.images.transfer import *
source, target, endpoint, key, md5, size = sys.argv[1:]
keys = Credentials(os.environ["KEY"], os.environ["SECRET"])
source, target = (Bucket(name, "us-east-1", keys, endpoint) for name in (source, target))
"""
KILLED = f"""{BUCKETS}
policy = Policy(memory_object=2**20, part=5 * 2**20)
item = Item(key, key, int(size), md5, None, "inline")
list(Transfer(source, target, policy)([item], lambda *_: Inspected(None)))
"""


def test_a_killed_upload_is_ended_by_the_next_transfer(world: World, proxy: Proxy) -> None:
    item = world.put("key & <é>", LARGE)
    under_way = threading.Event()

    def choose(exchange: Exchange) -> Fault | None:
        if "partNumber=2" in exchange.path:
            under_way.set()
            return faulty.stall(30)
        return None

    proxy.choose = choose
    keys = world.source.credentials.get_frozen_credentials()
    names = [world.source.name, world.target.name, proxy.url, item.key, str(item.md5)]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, *names, str(item.size)],
        env={**os.environ, "KEY": keys.access_key, "SECRET": keys.secret_key},
    )
    assert under_way.wait(20)
    child.send_signal(signal.SIGKILL)
    child.wait()
    other = world.s3.create_multipart_upload(Bucket=world.target.name, Key=item.key + "2")
    assert sorted(world.uploads()) == [item.key, item.key + "2"]
    result = world.copy(item, IN_PARTS)
    assert isinstance(result, Copied)
    assert not result.adopted
    assert world.kept(item.key) == LARGE
    assert world.uploads() == [item.key + "2"]  # of another key: not ours to end
    assert other


def test_a_result_is_handed_over_while_others_are_under_way(world: World, proxy: Proxy) -> None:
    items = [world.put("slow", b"content"), world.put("quick", b"content")]
    proxy.choose = lambda exchange: faulty.stall(3) if exchange.path.endswith("slow") else None
    results = before_source(world, proxy).transfer()(items, accept)
    assert next(results).item.key == "quick"
    assert world.kept("slow") is None
    assert next(results).item.key == "slow"


def test_results_that_nobody_takes_hold_the_transfer_back(world: World) -> None:
    item = world.put("key", b"content")
    drawn = 0

    def items() -> Iterator[Item]:
        nonlocal drawn
        for _ in range(2000):
            drawn += 1
            yield replace(item, source_key="missing", md5=None)

    results = world.transfer()(items(), accept)
    next(results)
    time.sleep(1.5)
    assert drawn <= 256 + QUICK.concurrency + 1
    assert sum(1 for _ in results) == 1999


MEASURED = """
import os, re, sys
from pathlib import Path
from botocore.credentials import Credentials
from artex_assets.images.transfer import *
source, target, endpoint, *sizes = sys.argv[1:]
keys = Credentials(os.environ["KEY"], os.environ["SECRET"])
bucket = lambda name: Bucket(name, "us-east-1", keys, endpoint)
items = [
    Item(f"o{n % 2}", f"copy{n}", int(sizes[n % 2]), None, None, "inline") for n in range(24)
]
for result in Transfer(bucket(source), bucket(target))(items, lambda *_: Inspected(None)):
    assert isinstance(result, Copied), result
# The peak of this program: getrusage would also count the one that it was forked from.
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_memory_stays_bounded_whatever_the_sizes(world: World) -> None:
    for number, size in enumerate((7 * MIB, 20 * MIB)):
        world.put(f"o{number}", bytes(size))
    keys = world.source.credentials.get_frozen_credentials()
    names = [world.source.name, world.target.name, str(world.source.endpoint_url)]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *names, str(7 * MIB), str(20 * MIB)],
        env={**os.environ, "KEY": keys.access_key, "SECRET": keys.secret_key},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 250  # MiB; the 24 objects have 324


FEW_FILES = f"""{BUCKETS}
items = [Item(key, key + str(n), int(size), md5, None, "inline") for n in range(300)]
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
transfer = Transfer(source, target, Policy(concurrency=200, attempts=1))
print(sum(type(one) is Copied for one in transfer(items, lambda *_: Inspected(None))))
"""


def test_no_more_objects_are_copied_at_once_than_files_may_be_open(world: World) -> None:
    item = world.put("key", b"content")
    keys = world.source.credentials.get_frozen_credentials()
    names = [world.source.name, world.target.name, str(world.source.endpoint_url)]
    child = subprocess.run(
        [sys.executable, "-c", FEW_FILES, *names, item.key, str(item.md5), str(item.size)],
        env={**os.environ, "KEY": keys.access_key, "SECRET": keys.secret_key},
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.split() == ["300"]


def test_a_rate_limit_is_kept(world: World) -> None:
    items = [world.put(f"key{number}", bytes(50_000)) for number in range(12)]
    began = time.monotonic()
    policy: Policy = replace(QUICK, bytes_per_second=400_000)
    results = list(world.transfer(policy)(items, accept))
    assert all(isinstance(result, Copied) for result in results)
    assert 1.2 < time.monotonic() - began < 4  # 600,000 bytes, of which the last 50,000 are free
