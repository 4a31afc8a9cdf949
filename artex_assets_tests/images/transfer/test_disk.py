"""The target as a folder in Rails' disk layout."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from artex_assets.errors import StorageError
from artex_assets.images.transfer import Copied, Item, NotCopied, Obstacle, Policy, Transfer
from artex_assets.images.transfer.disk import DiskTarget
from artex_assets_tests.images.transfer import faulty
from artex_assets_tests.images.transfer.conftest import QUICK, World, accept, before_source, md5
from artex_assets_tests.images.transfer.faulty import Proxy

MIB = 1024 * 1024
CONTENT = bytes(range(256)) * 4096 * 3
PARTS = replace(QUICK, memory_object=MIB, part=MIB)
POLICIES = pytest.mark.parametrize("policy", [QUICK, PARTS], ids=["whole", "in parts"])
KEY = "abcd1234efgh"


def copy(world: World, root: Path, item: Item, policy: Policy = QUICK) -> Copied | NotCopied:
    [result] = Transfer(world.source, root, policy)([item], accept)
    return result


def files(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


@POLICIES
def test_a_file_is_where_rails_looks_for_it(world: World, tmp_path: Path, policy: Policy) -> None:
    item = world.put(KEY, CONTENT)
    result = copy(world, tmp_path / "storage", item, policy)
    assert isinstance(result, Copied)
    assert (result.md5, result.size, result.adopted) == (item.md5, len(CONTENT), False)
    assert files(tmp_path) == [f"storage/ab/cd/{KEY}"]
    assert (tmp_path / "storage/ab/cd" / KEY).read_bytes() == CONTENT


@POLICIES
def test_the_same_file_is_adopted_and_another_one_is_not_touched(
    world: World, tmp_path: Path, policy: Policy
) -> None:
    item = world.put(KEY, CONTENT)
    copy(world, tmp_path, item, policy)
    again = copy(world, tmp_path, item, policy)
    assert isinstance(again, Copied)
    assert again.adopted
    assert again.differing == ()
    path = tmp_path / "ab/cd" / KEY
    for theirs in (b"theirs", bytes(len(CONTENT))):
        path.write_bytes(theirs)
        result = copy(world, tmp_path, item, policy)
        assert isinstance(result, NotCopied)
        assert result.reason == Obstacle.KEY_TAKEN
        assert path.read_bytes() == theirs
    assert files(tmp_path) == [f"ab/cd/{KEY}"]


@POLICIES
def test_a_wrong_checksum_leaves_no_file(world: World, tmp_path: Path, policy: Policy) -> None:
    item = replace(world.put(KEY, CONTENT), md5=md5(b"other"))
    result = copy(world, tmp_path, item, policy)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.CHECKSUM_MISMATCH
    assert files(tmp_path) == []


def test_what_a_killed_run_left_is_used_up(world: World, tmp_path: Path) -> None:
    item = world.put(KEY, CONTENT)
    left = DiskTarget(tmp_path, QUICK)._open(KEY)  # as a killed run has it open
    left.write(b"half of it")
    left.close()
    result = copy(world, tmp_path, item)
    assert isinstance(result, Copied)
    assert (tmp_path / "ab/cd" / KEY).read_bytes() == CONTENT
    assert files(tmp_path) == [f"ab/cd/{KEY}"]


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "abcd/../../../x", "..ab", "/abcd", "a//b", "abcd/", "k" * 256]
)
def test_a_key_never_leads_out_of_the_folder(world: World, tmp_path: Path, key: str) -> None:
    item = replace(world.put("plain", b"content"), key=key)
    root = tmp_path / "a/b/c/storage"
    result = copy(world, root, item)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.KEY_UNUSABLE
    assert files(tmp_path) == []


def test_a_key_with_folders_of_its_own_is_kept_as_rails_keeps_it(
    world: World, tmp_path: Path
) -> None:
    assert isinstance(copy(world, tmp_path, world.put("abcd/e é", b"content")), Copied)
    assert files(tmp_path) == ["ab/cd/abcd/e é"]


def test_a_folder_that_cannot_be_written_stops_the_transfer(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file/storage"):
        Transfer(world.source, tmp_path / "file/storage", QUICK).preflight()


def test_a_full_disk_stops_at_once_with_the_folder_named(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [world.put(f"{KEY}{number}", CONTENT) for number in range(8)]
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"No space left.*room") as caught:
        list(Transfer(world.source, tmp_path, QUICK)(items, accept))
    assert str(tmp_path) in caught.value.what
    assert len(calls) <= QUICK.concurrency
    assert files(tmp_path) == []


@pytest.mark.parametrize("policy", [QUICK, PARTS])
def test_a_cut_connection_costs_a_retry(
    world: World, proxy: Proxy, tmp_path: Path, policy: Any
) -> None:
    item = world.put(KEY, CONTENT)
    left = [1]

    def choose(exchange: faulty.Exchange) -> faulty.Fault | None:
        if exchange.method == "GET" and left[0]:
            left[0] -= 1
            return faulty.cut_after(5000)
        return None

    proxy.choose = choose
    result = copy(before_source(world, proxy), tmp_path, item, policy)
    assert isinstance(result, Copied)
    assert result.retries == 1
    assert (tmp_path / "ab/cd" / KEY).read_bytes() == CONTENT
