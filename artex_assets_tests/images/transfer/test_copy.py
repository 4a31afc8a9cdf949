"""Objects that are there and well: copied byte for byte, by every path, or adopted."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artex_assets.images.transfer import (
    Copied,
    Inspected,
    Item,
    NotCopied,
    Obstacle,
    Proof,
)
from artex_assets_tests.images.transfer.conftest import QUICK, World, accept, md5

MIB = 1024 * 1024
STREAMED = QUICK
SERVER_SIDE = replace(QUICK, server_side_from=0)
IN_PARTS = replace(QUICK, memory_object=MIB, part=5 * MIB)  # no smaller part is taken by servers
PATHS = pytest.mark.parametrize(
    ("policy", "size", "proof"),
    [
        pytest.param(STREAMED, 35_000, Proof.CONTENT_MD5, id="streamed"),
        pytest.param(SERVER_SIDE, 35_000, Proof.READ_BACK, id="server-side"),
        pytest.param(IN_PARTS, 11 * MIB + 1, Proof.READ_BACK, id="in-parts"),
    ],
)


def content(size: int) -> bytes:
    return bytes(range(251)) * (size // 251) + bytes(size % 251)


@PATHS
def test_an_object_is_copied_with_its_proof_and_its_headers(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    disposition = "inline; filename=\"a  b; c.jpg\"; filename*=UTF-8''%C3%BC.jpg"
    item = world.put("key", content(size), disposition=disposition, metadata={"Legacy": "17"})
    result = world.copy(item, policy)
    assert isinstance(result, Copied)
    assert (result.proof, result.md5, result.size) == (proof, item.md5, size)
    assert not result.adopted
    assert world.kept("key") == content(size)
    head = world.s3.head_object(Bucket=world.target.name, Key="key")
    assert head["ContentType"] == "image/jpeg"
    assert head["ContentDisposition"] == disposition
    assert {name.lower(): value for name, value in head["Metadata"].items()} == {"legacy": "17"}
    assert world.keys() == ["key"]
    assert world.uploads() == []


@PATHS
def test_the_inspector_corrects_the_content_type_and_its_note_comes_back(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    item = world.put("key", content(size))

    def inspect(item: Item, head: bytes, tail: bytes, whole: int) -> Inspected:
        assert content(size).startswith(head)
        assert tail
        assert content(size).endswith(tail)
        assert world.kept("key") is None  # it was not put before
        return Inspected("image/png", note=(len(head), len(tail), whole))

    [result] = world.transfer(policy)([item], inspect)
    assert isinstance(result, Copied)
    head = size if policy is not IN_PARTS else 5 * MIB
    assert result.note == (head, min(size, 64 * 1024), size)
    assert result.content_type == "image/png"
    put = world.s3.head_object(Bucket=world.target.name, Key="key")
    assert put["ContentType"] == "image/png"


@PATHS
def test_what_the_inspector_refuses_is_not_put(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    item = world.put("key", content(size))
    refusal = Inspected(None, "no_image", "It is no image.", "Accept the loss.", note="n")
    [result] = world.transfer(policy)([item], lambda *_: refusal)
    assert isinstance(result, NotCopied)
    assert result.refused
    assert (result.reason, result.sentence, result.note) == ("no_image", "It is no image.", "n")
    assert world.keys() == world.uploads() == []


@PATHS
def test_the_same_object_in_the_target_is_adopted(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    item = world.put("key", content(size))
    first, second = world.copy(item, policy), world.copy(item, policy)
    assert isinstance(first, Copied)
    assert isinstance(second, Copied)
    assert (first.adopted, second.adopted) == (False, True)
    assert second.proof == Proof.READ_BACK
    assert second.differing == ()
    assert world.uploads() == []


@PATHS
def test_an_adopted_object_with_other_headers_is_told_and_left(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    item = world.put("key", content(size))
    world.s3.put_object(
        Bucket=world.target.name, Key="key", Body=content(size), ContentType="text/html"
    )
    result = world.copy(item, policy)
    assert isinstance(result, Copied)
    assert result.differing == ("content-disposition", "content-type")
    put = world.s3.head_object(Bucket=world.target.name, Key="key")
    assert put["ContentType"] == "text/html"


@PATHS
@pytest.mark.parametrize("others", ["same size", "another size"])
def test_other_bytes_under_the_key_are_never_touched(
    world: World, policy: Any, size: int, proof: Proof, others: str
) -> None:
    item = world.put("key", content(size))
    theirs = bytes(size if others == "same size" else 7)
    world.s3.put_object(Bucket=world.target.name, Key="key", Body=theirs)
    result = world.copy(item, policy)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.KEY_TAKEN
    assert not result.refused
    assert world.kept("key") == theirs
    assert world.uploads() == []


@PATHS
def test_an_object_that_is_gone_from_the_source_is_adopted_when_the_target_has_it(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    item = world.put("key", content(size))
    world.s3.put_object(Bucket=world.target.name, Key="key", Body=content(size))
    world.s3.delete_object(Bucket=world.source.name, Key="key")
    result = world.copy(item, policy)
    assert isinstance(result, Copied)
    assert result.adopted


@PATHS
def test_an_object_without_a_legacy_checksum_gets_the_computed_one(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    item = replace(world.put("key", content(size)), md5=None)
    result = world.copy(item, policy)
    assert isinstance(result, Copied)
    assert result.md5 == md5(content(size))
    again = world.copy(item, policy)
    assert isinstance(again, Copied)
    assert again.adopted


@PATHS
def test_an_object_with_another_size_or_checksum_is_not_put(
    world: World, policy: Any, size: int, proof: Proof
) -> None:
    longer = replace(world.put("longer", content(size)), size=size - 1)
    shorter = replace(world.put("shorter", content(size)), size=size + 1)
    other = replace(world.put("other", content(size)), md5=md5(b"other"))
    results = {
        result.item.key: result
        for result in world.transfer(policy)([longer, shorter, other], accept)
    }
    for key, reason in (
        ("longer", Obstacle.SIZE_MISMATCH),
        ("shorter", Obstacle.SIZE_MISMATCH),
        ("other", Obstacle.CHECKSUM_MISMATCH),
    ):
        result = results[key]
        assert isinstance(result, NotCopied)
        assert result.reason == reason
        wrong = md5(content(size)) if key == "other" else str(size)
        right = md5(b"other") if key == "other" else str(result.item.size)
        assert wrong in result.sentence
        assert right in result.sentence
    assert world.keys() == world.uploads() == []


def test_an_empty_object_is_for_the_inspector_to_judge(world: World) -> None:
    result = world.copy(world.put("empty", b""))
    assert isinstance(result, Copied)
    assert result.note == (0, 0, 0)
    assert world.kept("empty") == b""


@PATHS
@pytest.mark.parametrize("name", ["SlowDown", "NoSuchBucket", "ExpiredToken"])
def test_an_object_that_says_what_a_refusal_says_is_an_object(
    world: World, policy: Any, size: int, proof: Proof, name: str
) -> None:
    picture = f"<?xml version='1.0'?><Error><Code>{name}</Code></Error>".encode() + content(size)
    result = world.copy(world.put("key", picture), policy)
    assert isinstance(result, Copied)
    assert result.retries == 0
    assert world.kept("key") == picture


def test_many_objects_are_all_copied_and_one_key_twice_is_one_object(world: World) -> None:
    items = [world.put(f"key{number}", content(100 + number)) for number in range(60)]
    results = list(world.transfer()(items + items[:20], accept))
    assert all(isinstance(result, Copied) for result in results)
    assert sum(result.adopted for result in results if isinstance(result, Copied)) == 20
    assert sorted(world.keys()) == sorted(item.key for item in items)


def test_a_key_of_the_source_may_be_another_one(world: World) -> None:
    item = replace(world.put("images/key", b"content"), key="key")
    assert isinstance(world.copy(item), Copied)
    assert world.keys() == ["key"]


AWKWARD = [
    "folder//b",
    "/lead",
    "a b",
    "a+b",
    "a%20b",
    "a%2Fb",
    "..a",
    "a..b",
    "other/.b",
    "ünï/🎨",
    "e\u0301",
    "~-_.!*'();:@,$[]&=?#\"<>\\|`^{}",
    "tab\tx",
    "line\nbreak",
    "\x7f",
    "/".join(["k" * 255] * 4),
]
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/\\"), min_size=1, max_size=60)
# SeaweedFS keeps objects as paths: . and .. are refused, and a\b, a/b and a//b are the same.
KEYS = NAMES.filter(lambda name: name not in (".", ".."))


@pytest.mark.parametrize("server_side", [False, True])
def test_awkward_keys_arrive_byte_for_byte(world: World, server_side: bool) -> None:
    items = [world.put(key, key.encode()) for key in AWKWARD]
    policy = replace(QUICK, server_side_from=0 if server_side else None)
    for result in world.transfer(policy)(items, accept):
        assert isinstance(result, Copied)
        assert not result.adopted
        assert world.kept(result.item.key) == result.item.key.encode()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KEYS, max_size=20, unique=True))
def test_any_key_arrives_byte_for_byte(world: World, keys: list[str]) -> None:
    items = [world.put(key, key.encode()) for key in keys]
    results = list(world.transfer()(items, accept))
    assert all(isinstance(result, Copied) for result in results)
    assert all(world.kept(key) == key.encode() for key in keys)


def test_a_key_that_the_server_takes_as_a_folder_is_not_taken_for_copied(world: World) -> None:
    item = replace(world.put("content", b"content"), key="folder/")
    result = world.copy(item)
    assert isinstance(result, NotCopied)
    assert result.reason in (Obstacle.TARGET_MISMATCH, Obstacle.KEY_TAKEN)
