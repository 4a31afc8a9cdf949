"""A transfer: many objects at once, each result handed over as soon as it is there."""

import asyncio
import queue
import resource
import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from artex_assets.errors import StorageError
from artex_assets.images.transfer.bucket import Bucket
from artex_assets.images.transfer.client import Client
from artex_assets.images.transfer.copier import Copier
from artex_assets.images.transfer.disk import DiskTarget
from artex_assets.images.transfer.items import (
    Copied,
    Inspect,
    Item,
    NotCopied,
    Obstacle,
    Policy,
)
from artex_assets.images.transfer.pace import Pace
from artex_assets.images.transfer.probe import probe_folder, probe_source, probe_target
from artex_assets.images.transfer.reading import Reader
from artex_assets.images.transfer.target import (
    ABORT_SECONDS,
    BucketTarget,
    Target,
    Traits,
)

Result = Copied | NotCopied

READY = 256
"""Results that may wait to be taken before the transfer waits for whoever takes them."""

TOGETHER = 32
TOGETHER_SECONDS = 0.02
"""Results are handed over by so many, or after so long: to wake who takes them for each one took
seven system calls of both threads."""

SAME_FOR_ALL = frozenset(
    {
        Obstacle.DENIED,
        Obstacle.SOURCE_UNREACHABLE,
        Obstacle.TARGET_DENIED,
        Obstacle.TARGET_UNREACHABLE,
    }
)
"""What, when it happens to one object after another, has nothing to do with the object."""


class Transfer:
    """Copies objects from `source` to `target`, a bucket or a folder in Rails' disk layout.

    traits: what the target's server can be relied on for; found out once, before the first object.
    """

    def __init__(self, source: Bucket, target: Bucket | Path, policy: Policy | None = None) -> None:
        self.source = source
        self.target = target
        policy = policy or Policy()
        policy = replace(policy, concurrency=_affordable(policy.concurrency))
        together = isinstance(target, Bucket) and source.shares_server(target)
        self.policy = policy if together else replace(policy, server_side_from=None)
        self.traits: Traits | None = None

    def preflight(self, source_keys: Sequence[str] = ()) -> None:
        """Sees that both sides can be used, with some keys that should be in the source.

        Raises StorageError, one for all objects. The target is written to and cleaned up.
        """

        async def look() -> None:
            async with self._sides(Pace(self.policy)) as (reader, _):
                await probe_source(reader.client, source_keys)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(look())

    def __call__(self, items: Iterable[Item], inspect: Inspect) -> Iterator[Result]:
        """Copies the items and yields each result as soon as it is there, in no order.

        At most `READY` results and `Policy.memory` bytes wait at once. Closing the generator stops
        what is under way; uploads in parts are ended. Raises StorageError when no other object
        would fare better, after the results that there are; and what `items` or `inspect` raise.
        """
        hand_over = _HandOver(lambda put: self._copy(items, inspect, put))
        try:
            yield from hand_over.results()
        finally:
            hand_over.stop()

    async def _copy(
        self, items: Iterable[Item], inspect: Inspect, put: Callable[[Result], Awaitable[None]]
    ) -> None:
        work = iter(items)
        busy: dict[str, asyncio.Future[None]] = {}
        in_a_row = 0

        async def worker(copier: Copier) -> None:
            nonlocal in_a_row
            for item in work:
                while item.key in busy:  # two writers of one object would be in each other's way
                    await busy[item.key]
                busy[item.key] = asyncio.get_running_loop().create_future()
                try:
                    result = await copier.copy(item)
                finally:
                    busy.pop(item.key).set_result(None)
                await put(result)
                if isinstance(result, Copied) or result.reason not in SAME_FOR_ALL:
                    in_a_row = 0
                    continue
                in_a_row += 1
                if in_a_row >= self.policy.give_up_after:
                    raise StorageError(
                        f"{in_a_row} objects one after another were not copied. {result.sentence}",
                        next_step=result.next_step,
                    )

        pace = Pace(self.policy)
        async with self._sides(pace) as (reader, target):
            copier = Copier(reader, target, inspect, self.policy, pace)
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self.policy.concurrency):
                        group.create_task(worker(copier))
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None  # what came first stopped the others

    @asynccontextmanager
    async def _sides(self, pace: Pace) -> AsyncIterator[tuple[Reader, Target]]:
        """Both sides, for as long as their connections are open. Raises StorageError."""
        source = Client(self.source, self.policy, pace, Obstacle.SOURCE_UNREACHABLE)
        reader = Reader(source, self.policy, pace, Obstacle.DENIED)
        if isinstance(self.target, Path):
            probe_folder(self.target)
            with closing(source):
                yield reader, DiskTarget(self.target, self.policy)
            return
        client = Client(self.target, self.policy, pace, Obstacle.TARGET_UNREACHABLE)
        unlimited = replace(self.policy, bytes_per_second=None)  # the limit is the source's
        there = Reader(client, unlimited, Pace(unlimited), Obstacle.TARGET_DENIED)
        with closing(source), closing(client):
            probe = asyncio.create_task(self._probe(client))  # meanwhile, objects are read
            try:
                yield reader, BucketTarget(client, there, probe)
                await probe
            finally:  # it removes what it has put: it is not left half done
                await asyncio.wait([probe], timeout=ABORT_SECONDS)
                probe.cancel()
                with suppress(asyncio.CancelledError, StorageError):
                    await probe

    async def _probe(self, target: Client) -> Traits:
        if self.traits is None:
            server_side = self.policy.server_side_from is not None
            self.traits = await probe_target(target, server_side)
        return self.traits


def _affordable(concurrency: int) -> int:
    """Objects at once within the limit of open files, a quarter of which is left to others."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return concurrency
    return max(1, min(concurrency, files * 3 // 4 // 2))  # each has a connection to either side


class _End:
    """The last thing handed over: `error` is what ended the transfer, if anything did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _HandOver:
    """Runs a coroutine on an event loop in a thread and takes its results from there.

    In a thread, so that objects go on being copied while the caller writes to its database.
    """

    def __init__(
        self, work: Callable[[Callable[[Result], Awaitable[None]]], Coroutine[Any, Any, None]]
    ) -> None:
        self._work = work
        self._queue: queue.SimpleQueue[list[Result] | _End] = queue.SimpleQueue()
        self._gathered: list[Result] = []
        self._thread = threading.Thread(target=self._run, name="artex-transfer", daemon=True)
        self._begun = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._task: asyncio.Task[None]

    def results(self) -> Iterator[Result]:
        """Starts it and yields its results. Raises what it raises."""
        self._thread.start()
        while not isinstance(results := self._queue.get(), _End):
            yield from results
        if results.error is not None:
            raise results.error

    def stop(self) -> None:
        """Cancels it where it is not done, and waits until it has wound down."""
        if self._thread.is_alive():
            self._begun.wait()
            with suppress(RuntimeError):  # its loop has just closed by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                self._loop = runner.get_loop()
                self._task = self._loop.create_task(self._work(self._put))
                self._begun.set()
                self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass  # by stop, after which nobody takes anything
        except BaseException as raised:  # noqa: BLE001 - it is raised again where results are taken
            error = raised
        finally:
            self._begun.set()
            self._flush()
            self._queue.put(_End(error))

    async def _put(self, result: Result) -> None:
        while self._queue.qsize() >= READY // TOGETHER:
            await asyncio.sleep(0.005)
        self._gathered.append(result)
        if len(self._gathered) == TOGETHER:
            self._flush()
        elif len(self._gathered) == 1:
            self._loop.call_later(TOGETHER_SECONDS, self._flush)

    def _flush(self) -> None:
        if self._gathered:
            self._queue.put(self._gathered)
            self._gathered = []
