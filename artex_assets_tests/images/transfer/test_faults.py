"""What goes wrong on the way: passed over within bounds, told apart, and nothing bad left."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from botocore.credentials import Credentials

from artex_assets.errors import StorageError
from artex_assets.images.transfer import Copied, Inspected, Item, NotCopied, Obstacle, Proof
from artex_assets.images.transfer.target import Traits
from artex_assets_tests.images.transfer import faulty
from artex_assets_tests.images.transfer.conftest import (
    CONTENT,
    QUICK,
    World,
    accept,
    before_source,
    before_target,
    md5,
)
from artex_assets_tests.images.transfer.faulty import Exchange, Fault, Proxy, answers, only

MIB = 1024 * 1024
LARGE = bytes(range(256)) * 4096 * 11
IN_PARTS = replace(QUICK, memory_object=MIB, part=5 * MIB)


PASSING = pytest.mark.parametrize(
    ("method", "fault"),
    [
        pytest.param("GET", answers(503, "SlowDown"), id="GET 503"),
        pytest.param("GET", answers(500, "InternalError"), id="GET 500"),
        pytest.param("GET", answers(400, "RequestTimeout"), id="GET 400 RequestTimeout"),
        pytest.param("GET", faulty.cut_after(1000), id="GET cut in the body"),
        pytest.param("GET", faulty.cut_after(0), id="GET without a body"),
        pytest.param("GET", faulty.lose_answer, id="GET not answered"),
        pytest.param("GET", faulty.hurt_answer, id="GET with a wrong bit"),
        pytest.param("PUT", answers(503, "ServiceUnavailable"), id="PUT 503"),
        pytest.param("PUT", answers(409, "ConditionalRequestConflict"), id="PUT 409"),
        pytest.param("PUT", faulty.lose_answer, id="PUT not answered"),
        pytest.param("PUT", faulty.hurt_request, id="PUT with a wrong bit"),
    ],
)


@PASSING
def test_a_fault_that_passes_costs_a_retry(
    world: World, proxy: Proxy, method: str, fault: Fault
) -> None:
    item = world.put("key", CONTENT)
    proxy.choose = only(method, fault)
    behind = before_source(world, proxy) if method == "GET" else before_target(world, proxy)
    result = behind.copy(item)
    assert isinstance(result, Copied)
    assert not result.adopted
    # A connection that was used before may have been closed meanwhile, which is no fault.
    assert result.retries == (0 if method == "PUT" and fault is faulty.lose_answer else 1)
    assert result.md5 == item.md5
    assert world.kept("key") == CONTENT


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        pytest.param("GET", answers(503, "SlowDown"), id="GET 503"),
        pytest.param("GET", faulty.cut_after(1000), id="GET cut in the body"),
        pytest.param("GET", faulty.hurt_answer, id="GET with a wrong bit"),
        pytest.param("PUT", answers(503, "SlowDown"), id="PUT 503"),
        pytest.param("PUT", faulty.lose_answer, id="PUT not answered"),
        pytest.param("PUT", faulty.hurt_request, id="PUT with a wrong bit"),
        pytest.param("POST", answers(500, "InternalError"), id="POST 500"),
        pytest.param("POST", faulty.lose_answer, id="POST not answered"),
    ],
)
def test_a_fault_that_passes_costs_a_retry_of_a_part_as_well(
    world: World, proxy: Proxy, method: str, fault: Fault
) -> None:
    item = world.put("key", LARGE)
    proxy.choose = only(method, fault, end="uploadId" if method != "GET" else "/key")
    behind = before_source(world, proxy) if method == "GET" else before_target(world, proxy)
    result = behind.copy(item, IN_PARTS)
    assert isinstance(result, Copied)
    assert result.retries == (0 if fault is faulty.lose_answer else 1)
    assert (result.proof, result.adopted) == (Proof.READ_BACK, False)
    assert world.kept("key") == LARGE
    assert world.uploads() == []


@pytest.mark.parametrize(
    ("side", "method", "reason"),
    [
        ("source", "GET", Obstacle.SOURCE_UNREACHABLE),
        ("target", "PUT", Obstacle.TARGET_UNREACHABLE),
    ],
)
@pytest.mark.parametrize("size", [len(CONTENT), len(LARGE)])
def test_over_the_budget_an_object_fails_and_the_others_go_on(
    world: World, proxy: Proxy, side: str, method: str, reason: Obstacle, size: int
) -> None:
    content = CONTENT if size == len(CONTENT) else LARGE
    items = [world.put(f"{name}", content) for name in ("before", "key", "last")]
    proxy.choose = only(method, answers(503, "SlowDown"), times=1000)
    behind = before_source(world, proxy) if side == "source" else before_target(world, proxy)
    policy = replace(IN_PARTS, attempts=3)
    results = {one.item.key: one for one in behind.transfer(policy)(items, accept)}
    failed = results.pop("key")
    assert isinstance(failed, NotCopied)
    assert (failed.reason, failed.retries, failed.refused) == (reason, 2, False)
    assert "SlowDown" in failed.sentence
    assert all(isinstance(result, Copied) for result in results.values())
    assert sorted(world.keys()) == ["before", "last"]
    assert world.uploads() == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (answers(404, "NoSuchKey"), Obstacle.MISSING),
        (answers(403, "AccessDenied"), Obstacle.DENIED),
        (answers(403, "InvalidObjectState"), Obstacle.ARCHIVED),
    ],
)
@pytest.mark.parametrize("content", [CONTENT, b"shorter than the refusal"], ids=len)
def test_missing_denied_and_archived_are_told_apart_and_not_tried_again(
    world: World, proxy: Proxy, answer: Fault, reason: Obstacle, content: bytes
) -> None:
    item = world.put("key", content)
    proxy.choose = only("GET", answer, times=1000)
    result = before_source(world, proxy).copy(item)
    assert isinstance(result, NotCopied)
    assert (result.reason, result.retries) == (reason, 0)
    assert result.next_step
    assert world.keys() == []


@pytest.mark.parametrize("content", [CONTENT, b"shorter than the refusal"], ids=len)
def test_an_object_that_the_source_does_not_have_is_missing(world: World, content: bytes) -> None:
    item = replace(world.put("other", content), source_key="key", key="key")
    result = world.copy(item)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.MISSING


def test_a_target_that_does_not_take_an_object_says_why(world: World, proxy: Proxy) -> None:
    items = [world.put("key", CONTENT), world.put("key2", CONTENT)]
    denied, unusable = answers(403, "AccessDenied"), answers(400, "KeyTooLongError")

    def choose(exchange: Exchange) -> Fault | None:
        if exchange.method != "PUT" or "/key" not in exchange.path:
            return None
        return unusable if exchange.path.endswith("/key2") else denied

    proxy.choose = choose
    results = {one.item.key: one for one in before_target(world, proxy).transfer()(items, accept)}
    reasons = {
        key: one.reason if isinstance(one, NotCopied) else None for key, one in results.items()
    }
    assert reasons == {"key": Obstacle.TARGET_DENIED, "key2": Obstacle.KEY_UNUSABLE}


def test_a_bit_that_is_wrong_each_time_is_told_with_both_checksums(
    world: World, proxy: Proxy
) -> None:
    item = world.put("key", CONTENT)
    proxy.choose = only("GET", faulty.hurt_answer, times=1000)
    result = before_source(world, proxy).copy(item)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.CHECKSUM_MISMATCH
    assert result.retries == 1  # the same bytes twice are what there is
    assert str(item.md5) in result.sentence
    assert world.keys() == []


def test_a_wrong_object_is_told_as_such_before_it_is_judged_or_met(world: World) -> None:
    """Its legacy checksum is held against it by the target's server; not where nothing is put."""
    refused, taken = (replace(world.put(key, CONTENT), md5=md5(b"")) for key in ("key", "taken"))
    world.s3.put_object(Bucket=world.target.name, Key="taken", Body=b"theirs")

    def judge(item: Item, head: bytes, tail: bytes, size: int) -> Inspected:
        return Inspected(None, "no picture" if item is refused else None)

    results = list(world.transfer()([refused, taken], judge))
    assert [getattr(one, "reason", None) for one in results] == [Obstacle.CHECKSUM_MISMATCH] * 2
    assert world.keys() == ["taken"]
    assert world.kept("taken") == b"theirs"


def test_a_wrong_bit_is_noticed_without_a_legacy_checksum(world: World, proxy: Proxy) -> None:
    item = replace(world.put("key", CONTENT), md5=None)
    proxy.choose = only("GET", faulty.hurt_answer)
    result = before_source(world, proxy).copy(item)
    assert isinstance(result, Copied)
    assert result.md5 == md5(CONTENT)


@pytest.mark.parametrize("times", [1, 1000])
def test_an_object_that_is_replaced_while_it_is_read_is_noticed(
    world: World, proxy: Proxy, times: int
) -> None:
    item = replace(world.put("key", LARGE), md5=None)
    versions = [bytes([number]) * len(LARGE) for number in (1, 2)]
    left = [times]

    def choose(exchange: Exchange) -> Fault | None:
        if b"range: bytes=5242880-" in exchange.head and left[0]:
            left[0] -= 1
            new = versions[left[0] % 2]
            threading.Thread(target=world.put, args=("key", new)).run()
        return None

    proxy.choose = choose
    result = before_source(world, proxy).copy(item, replace(IN_PARTS, attempts=3))
    if times == 1:
        assert isinstance(result, Copied)
        assert world.kept("key") == versions[0]
        assert result.md5 == md5(versions[0])
    else:
        assert isinstance(result, NotCopied)
        assert result.reason == Obstacle.UNSTABLE
        assert world.keys() == []
    assert world.uploads() == []


@pytest.mark.parametrize("server_side", [False, True])
def test_bytes_that_the_target_does_not_keep_are_removed(
    world: World, proxy: Proxy, server_side: bool
) -> None:
    """A server that checks no Content-MD5, and gives back other bytes than it was given."""
    item = world.put("key", CONTENT)
    proxy.choose = lambda exchange: (
        faulty.hurt_answer if "target" in exchange.path and exchange.method == "GET" else None
    )
    behind = before_source(before_target(world, proxy), proxy)
    transfer = behind.transfer(
        replace(QUICK, attempts=3, server_side_from=0 if server_side else None)
    )
    transfer.preflight()
    transfer.traits = Traits(checks_md5=False, conditional=True, conditional_copy=True)
    [result] = transfer([item], accept)
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.TARGET_MISMATCH
    assert world.keys() == []


def test_a_target_that_asks_for_less_gets_fewer_requests_at_once(
    world: World, proxy: Proxy
) -> None:
    items = [world.put(f"key{number}", b"content %d" % number) for number in range(150)]
    began = [0.0]

    def slow_down(exchange: Exchange) -> None:
        exchange.delay = 0.01
        answers(503, "SlowDown")(exchange)

    at_once: dict[str, list[int]] = {"before": [], "late in the storm": [], "after": []}

    def choose(exchange: Exchange) -> Fault | None:
        if exchange.method != "PUT" or "/key" not in exchange.path:
            return None
        if len(at_once["before"]) < 30:
            at_once["before"].append(proxy.open_now)
            began[0] = time.monotonic()
            return faulty.stall(0.02)
        if time.monotonic() - began[0] < 0.6:
            if time.monotonic() - began[0] > 0.4:
                at_once["late in the storm"].append(proxy.open_now)
            return slow_down
        at_once["after"].append(proxy.open_now)
        return faulty.stall(0.02)

    proxy.choose = choose
    # Waits that are short, so that it is not they that make requests fewer.
    policy = replace(QUICK, attempts=5000, backoff=0.002, max_backoff=0.002)
    results = list(before_target(world, proxy).transfer(policy)(items, accept))
    assert all(isinstance(result, Copied) for result in results)
    assert max(at_once["before"]) > 8
    assert max(at_once["late in the storm"]) <= 3
    assert max(at_once["after"]) > 5


def test_a_server_that_does_not_move_is_given_up(world: World, proxy: Proxy) -> None:
    item = world.put("key", CONTENT)
    proxy.choose = only("GET", faulty.stall(30), times=1000)
    began = time.monotonic()
    result = before_source(world, proxy).copy(item, replace(QUICK, idle_seconds=0.2, attempts=2))
    assert isinstance(result, NotCopied)
    assert result.reason == Obstacle.SOURCE_UNREACHABLE
    assert "nothing moved" in result.sentence
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ExpiredToken", "expired"),
        ("RequestTimeTooSkewed", "clocks"),
        ("NoSuchBucket", "NoSuchBucket"),
    ],
)
@pytest.mark.parametrize("side", ["source", "target"])
def test_what_no_other_object_would_survive_stops_the_transfer_after_what_is_done(
    world: World, proxy: Proxy, code: str, says: str, side: str
) -> None:
    items = [world.put(f"key{number:02}", CONTENT) for number in range(40)]
    method = "GET" if side == "source" else "PUT"
    done: list[str] = []

    def choose(exchange: Exchange) -> Fault | None:
        late = exchange.method == method and "/key2" in exchange.path
        return answers(400, code) if late else None

    proxy.choose = choose
    behind = before_source(world, proxy) if side == "source" else before_target(world, proxy)

    def take() -> None:
        for result in behind.transfer(replace(QUICK, concurrency=4))(items, accept):
            assert isinstance(result, Copied)
            done.append(result.item.key)

    with pytest.raises(StorageError, match=says):
        take()
    assert len(done) >= 16
    assert set(done) <= set(world.keys())
    # A new run finishes the work.
    results = list(world.transfer()(items, accept))
    assert all(isinstance(result, Copied) for result in results)


def test_credentials_that_renew_themselves_are_taken_anew(world: World, proxy: Proxy) -> None:
    items = [world.put(f"key{number}", CONTENT) for number in range(10)]
    held = world.source.credentials.get_frozen_credentials()

    class Renewing:
        """Credentials whose first token has expired."""

        asked = 0

        def get_frozen_credentials(self) -> Any:
            self.asked += 1
            if self.asked == 1:
                return Credentials(held.access_key, "x", "old").get_frozen_credentials()
            return held

    proxy.choose = lambda exchange: (
        answers(400, "ExpiredToken") if b"security-token: old" in exchange.head else None
    )
    behind = before_source(world, proxy)
    behind = replace(behind, source=replace(behind.source, credentials=Renewing()))
    assert all(isinstance(one, Copied) for one in behind.transfer()(items, accept))


@pytest.mark.parametrize("code", ["AccessDenied", "SignatureDoesNotMatch"])
def test_a_source_that_denies_one_object_after_another_stops_the_transfer(
    world: World, proxy: Proxy, code: str
) -> None:
    items = [world.put(f"key{number}", CONTENT) for number in range(60)]
    proxy.choose = only("GET", answers(403, code), times=1000)
    policy = replace(QUICK, concurrency=4)
    results = before_source(world, proxy).transfer(policy)(items, accept)
    seen: list[Copied | NotCopied] = []
    with pytest.raises(StorageError, match=code):
        seen.extend(results)
    assert policy.give_up_after <= len(seen) < policy.give_up_after + policy.concurrency
