"""What both sides are asked before the first object is put."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.credentials import Credentials

from artex_assets.errors import StorageError
from artex_assets.images.transfer import Copied, Inspected, Item, NotCopied, Obstacle, Proof
from artex_assets.images.transfer.target import Traits
from artex_assets_tests.images.transfer.conftest import (
    CONTENT,
    QUICK,
    World,
    accept,
    before_source,
    before_target,
)
from artex_assets_tests.images.transfer.faulty import Exchange, Fault, Proxy, answers, only, stall


def test_preflight_passes_and_leaves_nothing(world: World) -> None:
    world.put("key", CONTENT)
    world.transfer().preflight(["key", "missing"])
    assert world.keys() == []


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"credentials": Credentials("no", "no")}, "InvalidAccessKeyId"),
        ({"name": "no-such-bucket"}, "NoSuchBucket"),
        ({"endpoint_url": "http://127.0.0.1:9"}, "did not answer"),
    ],
)
def test_preflight_says_in_one_sentence_which_side_cannot_be_used(
    world: World, side: str, changes: Any, says: str
) -> None:
    world.put("key", CONTENT)
    wrong = replace(getattr(world, side), **changes)
    behind = replace(world, **{side: wrong})
    with pytest.raises(StorageError, match=says) as caught:
        behind.transfer().preflight(["key"])
    assert wrong.name in caught.value.what
    assert caught.value.next_step


def test_preflight_tells_a_source_that_denies_everything(world: World, proxy: Proxy) -> None:
    world.put("key", CONTENT)
    proxy.choose = only("GET", answers(403, "AccessDenied"), times=1000)
    with pytest.raises(StorageError, match=r"cannot be read.*AccessDenied"):
        before_source(world, proxy).transfer().preflight(["key"])


@pytest.mark.parametrize(
    ("checks_md5", "conditional", "proof"),
    [(False, True, Proof.READ_BACK), (True, False, Proof.CONTENT_MD5)],
)
@pytest.mark.parametrize("server_side", [False, True])
def test_a_server_is_relied_on_for_no_more_than_it_does(
    world: World, checks_md5: bool, conditional: bool, proof: Proof, server_side: bool
) -> None:
    item, taken = world.put("key", CONTENT), world.put("taken", CONTENT)
    world.s3.put_object(Bucket=world.target.name, Key="taken", Body=b"theirs")
    transfer = world.transfer(replace(QUICK, server_side_from=0 if server_side else None))
    transfer.traits = Traits(checks_md5, conditional, conditional_copy=conditional)
    results = {one.item.key: one for one in transfer([item, taken], accept)}
    first, second = results["key"], results["taken"]
    assert isinstance(first, Copied)
    assert first.proof == (Proof.READ_BACK if server_side else proof)
    assert isinstance(second, NotCopied)
    assert second.reason == Obstacle.KEY_TAKEN
    assert world.kept("taken") == b"theirs"


def test_the_probe_finds_out_what_the_server_does(world: World) -> None:
    transfer = world.transfer(replace(QUICK, server_side_from=0))
    transfer.preflight()
    assert transfer.traits == Traits(checks_md5=True, conditional=True, conditional_copy=True)


def test_the_probe_finds_out_what_the_server_does_not_do(world: World, proxy: Proxy) -> None:
    """Before a server whose answers to what it refuses are taken for yes."""

    def accepts(exchange: Exchange) -> None:
        exchange.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    proxy.choose = lambda exchange: accepts if exchange.method == "PUT" else None
    transfer = before_target(world, proxy).transfer()
    transfer.preflight()
    assert transfer.traits == Traits(False, False, False)


def test_objects_are_read_while_the_target_is_probed_and_put_after(
    world: World, proxy: Proxy
) -> None:
    item = world.put("key", CONTENT)

    def choose(exchange: Exchange) -> Fault | None:
        return stall(0.2) if "artex-probe" in exchange.path else None

    proxy.choose = choose
    [result] = before_source(before_target(world, proxy), proxy).transfer()([item], accept)
    assert isinstance(result, Copied)
    probes = [index for index, (_, path) in enumerate(proxy.seen) if "artex-probe" in path]
    read, put = (proxy.seen.index((method, path)) for method, path in proxy.seen if "key" in path)
    assert read < probes[1]
    assert put > probes[-1]
    assert world.keys() == ["key"]


def test_a_transfer_that_ends_while_the_target_is_probed_cleans_it(
    world: World, proxy: Proxy
) -> None:
    """The first probe that the server takes is there when the inspector gives up."""
    item = world.put("key", CONTENT)

    def choose(exchange: Exchange) -> Fault | None:
        return stall(0.2) if "/key" in exchange.path or exchange.number == 3 else None

    def inspect(item: Item, head: bytes, tail: bytes, size: int) -> Inspected:
        assert len(world.keys()) == 1
        raise LookupError

    proxy.choose = choose
    with pytest.raises(LookupError):
        list(before_source(before_target(world, proxy), proxy).transfer()([item], inspect))
    assert world.keys() == []


def test_a_target_that_cannot_be_used_is_told_without_any_object(world: World) -> None:
    nowhere = replace(world, target=replace(world.target, name="no-such-bucket"))
    with pytest.raises(StorageError, match="NoSuchBucket"):
        list(nowhere.transfer()([], accept))


def test_wrong_bytes_are_not_put_where_the_server_would_take_them(
    world: World, proxy: Proxy
) -> None:
    item = replace(world.put("key", CONTENT), md5="AAAAAAAAAAAAAAAAAAAAAA==")
    transfer = before_target(world, proxy).transfer()
    transfer.traits = Traits(checks_md5=False, conditional=True, conditional_copy=True)
    [result] = transfer([item], accept)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.CHECKSUM_MISMATCH
    assert "PUT" not in [method for method, _ in proxy.seen]
