"""How fast a transfer may go: objects at once, bytes in memory, bytes a second."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from artex_assets.images.transfer.items import Policy


class Pace:
    """Shared by all objects of a transfer."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._loop = asyncio.get_running_loop()
        self._allowed = float(policy.concurrency)
        self._running = 0
        self._lowered = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._free = policy.memory
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._due = 0.0

    async def enter(self) -> None:
        """Takes one of the places of requests; `leave` gives it back."""
        while self._running >= int(self._allowed):
            turn = self._loop.create_future()
            self._waiting.append(turn)
            await turn
        self._running += 1

    def leave(self) -> None:
        """Gives a place of a request back."""
        self._running -= 1
        self._wake()

    def faster(self) -> None:
        """A request went well: one place more after as many of them as there are places."""
        if self._allowed < self._policy.concurrency:
            self._allowed = min(self._policy.concurrency, self._allowed + 1 / self._allowed)
            self._wake()

    def slower(self) -> None:
        """The server asks for less: half the places, once for what was under way together."""
        now = self._loop.time()
        if now - self._lowered >= self._policy.backoff:
            self._lowered = now
            self._allowed = max(1.0, self._allowed / 2)

    def _wake(self) -> None:
        if not self._waiting:
            return
        free = int(self._allowed) - self._running
        while free > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1

    @asynccontextmanager
    async def memory(self, size: int) -> AsyncIterator[None]:
        """Holds `size` bytes of the memory, in the order of asking."""
        size = min(size, self._policy.memory)
        if self._queue or size > self._free:
            turn = self._loop.create_future()
            self._queue.append((size, turn))
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._give_back(size)
                raise
        else:
            self._free -= size
        try:
            yield
        finally:
            self._give_back(size)

    def _give_back(self, size: int) -> None:
        self._free += size
        while self._queue and (self._queue[0][1].done() or self._queue[0][0] <= self._free):
            wanted, turn = self._queue.popleft()
            if not turn.done():
                self._free -= wanted
                turn.set_result(None)

    async def bytes(self, size: int) -> None:
        """Waits until `size` more bytes are within the limit a second."""
        rate = self._policy.bytes_per_second
        if rate is not None:
            now = self._loop.time()
            start = max(now, self._due)
            self._due = start + size / rate
            await asyncio.sleep(start - now)


class Patience:
    """What one object has left of tries, and how long it waits before the next one.

    `doubt` tells that a connection was cut, so that the server may have done what was asked.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.retries = 0
        self.doubt = False

    async def another(self) -> bool:
        """Waits, longer each time and by chance; False, at once, when there is no try left."""
        if self.retries + 1 >= self._policy.attempts:
            return False
        longest = min(self._policy.max_backoff, self._policy.backoff * 2**self.retries)
        self.retries += 1
        await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - no secret
        return True
