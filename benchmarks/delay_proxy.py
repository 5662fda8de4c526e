"""A TCP proxy on the loopback address that makes the other end seem far away.

``python -m benchmarks.delay_proxy PORT SECONDS`` prints the port that it listens on. What comes in
is passed on to PORT after SECONDS, in each direction, with no limit to the bandwidth.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

# More than bandwidth times delay of any link that is imitated here, and less than the memory.
_MOST_HELD = 64 * 1024 * 1024


class _Far(asyncio.Protocol):
    """One end of a connection; what it receives goes to ``peer`` later."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._held: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self.peer: _Far | None = None
        self.connected = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.pause_reading()
        self.connected.set()

    def go(self, peer: _Far) -> None:
        self.peer = peer
        if self._transport is not None:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self._hold(data)
        if self._size > _MOST_HELD and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._hold(b"")
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._hold(b"")

    def _hold(self, data: bytes) -> None:
        due = asyncio.get_running_loop().time() + self._delay
        self._held.append((due, data))
        self._size += len(data)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_at(due, self._pass_on)

    def _pass_on(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._held and self._held[0][0] <= loop.time():
            _, data = self._held.popleft()
            self._size -= len(data)
            if self.peer is not None:
                self.peer.take(data)
        if self._held:
            self._timer = loop.call_at(self._held[0][0], self._pass_on)
        if self._size <= _MOST_HELD and self._transport is not None:
            self._transport.resume_reading()

    def take(self, data: bytes) -> None:
        """Send what comes from the other end; nothing means its end."""
        if self._transport is None or self._transport.is_closing():
            return
        if data:
            self._transport.write(data)
        elif self._transport.can_write_eof():
            with contextlib.suppress(OSError):
                self._transport.write_eof()


async def _serve(port: int, delay: float) -> None:
    loop = asyncio.get_running_loop()
    waiting = set()

    async def connect(near: _Far) -> None:
        far = _Far(delay)
        await loop.create_connection(lambda: far, "127.0.0.1", port)
        await near.connected.wait()
        near.go(far)
        far.go(near)

    def accept() -> _Far:
        near = _Far(delay)
        task = loop.create_task(connect(near))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        return near

    server = await loop.create_server(accept, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def delayed(port: int, round_trip: float) -> Iterator[int]:
    """Give a port that leads to ``port`` and back in ``round_trip`` seconds; 0 is the port itself.

    The proxy is a process of its own, so that it is in nobody's way.
    """
    if round_trip <= 0:
        yield port
        return
    command = [sys.executable, "-m", "benchmarks.delay_proxy", str(port), str(round_trip / 2)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
