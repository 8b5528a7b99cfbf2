"""Work in processes that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.ingest import WorkerError, Workers
from monitor.ingest.workers import MEMORY


def run(workers: Workers, function, *args, deadline: float = 10.0):  # type: ignore[no-untyped-def]  # any function
    return asyncio.run(workers.run(function, *args, deadline=deadline))


def test_a_result_and_an_exception_come_back_as_they_are(workers: Workers) -> None:
    assert run(workers, divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        run(workers, divmod, 7, 0)


def test_work_runs_elsewhere_and_side_by_side(workers: Workers) -> None:
    async def three() -> list[object]:
        calls = [workers.run(time.sleep, 0.3, deadline=5), workers.run(time.sleep, 0.3, deadline=5)]
        return await asyncio.gather(*calls, workers.run(os.getpid, deadline=5))

    begun = time.monotonic()
    assert asyncio.run(three())[2] != os.getpid()
    assert time.monotonic() - begun < 3


def test_work_is_killed_at_its_deadline_also_in_c_code(workers: Workers) -> None:
    run(workers, os.getpid)
    begun = time.monotonic()
    with pytest.raises(WorkerError, match=r"^took longer than 0.3 s$"):
        run(workers, sum, range(10**12), deadline=0.3)
    assert time.monotonic() - begun < 2
    assert run(workers, divmod, 7, 2) == (3, 1)


def test_the_deadline_counts_from_the_start_of_the_work(workers: Workers) -> None:
    async def queue() -> None:
        await asyncio.gather(*(workers.run(time.sleep, 0.2, deadline=1) for _ in range(12)))

    asyncio.run(queue())


def test_work_is_stopped_at_its_memory_limit(workers: Workers) -> None:
    with pytest.raises(WorkerError, match="needed more than 1024 MiB of memory"):
        run(workers, bytes, MEMORY)
    assert run(workers, divmod, 7, 2) == (3, 1)


def test_a_process_that_dies_is_replaced(workers: Workers) -> None:
    with pytest.raises(WorkerError, match="ended its process"):
        run(workers, os._exit, 7)
    assert run(workers, divmod, 7, 2) == (3, 1)


def test_a_pool_that_broke_is_replaced() -> None:
    workers = Workers(1)
    try:
        os.kill(run(workers, os.getpid), signal.SIGKILL)  # an idle process: the pool gives up
        for _ in range(50):
            try:
                assert run(workers, divmod, 7, 2) == (3, 1)
                break
            except WorkerError:
                time.sleep(0.1)
        else:
            pytest.fail("no new pool within five seconds")
    finally:
        workers.close()


def test_work_nobody_waits_for_is_killed() -> None:
    workers = Workers(1)

    async def give_up() -> int:
        first = await workers.run(os.getpid, deadline=5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await workers.run(time.sleep, 60, deadline=60)
        assert await workers.run(os.getpid, deadline=5) != first
        return first

    try:
        begun = time.monotonic()
        gone = asyncio.run(give_up())
        assert time.monotonic() - begun < 20
        with pytest.raises(ProcessLookupError):
            os.kill(gone, 0)
    finally:
        workers.close()


def test_each_item_of_a_batch_has_its_own_result(workers: Workers) -> None:
    one, bad, three = asyncio.run(workers.each(int, ["1", "x", "3"], deadline=5))
    assert (one, three) == (1, 3)
    assert isinstance(bad, ValueError)
    assert asyncio.run(workers.each(int, [], deadline=5)) == []


def test_an_item_that_kills_its_process_costs_itself_alone(workers: Workers) -> None:
    done = asyncio.run(workers.each(time.sleep, [0, 0, 60, 0, 0], deadline=0.5))
    assert [type(result) for result in done] == [type(None), type(None), WorkerError, type(None), type(None)]


def test_close_ends_what_runs_at_once_and_is_no_harm_twice() -> None:
    workers = Workers(1)

    async def closing() -> None:
        await workers.run(os.getpid, deadline=5)
        waiting = asyncio.create_task(workers.run(sum, range(10**12), deadline=60))  # C code that never listens
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        workers.close()
        assert time.monotonic() - begun < 2
        with pytest.raises(WorkerError):
            await waiting

    asyncio.run(closing())
    workers.close()


def test_the_loop_runs_on_while_the_processes_start() -> None:
    workers = Workers(1)

    async def starting() -> float:
        first = asyncio.create_task(workers.run(os.getpid, deadline=10))
        longest, last = 0.0, time.monotonic()
        while not first.done():
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        return longest

    try:
        assert asyncio.run(starting()) < 0.4
    finally:
        workers.close()


DAEMON = """
import asyncio, os, time
from monitor.ingest import Workers
async def main():
    workers = Workers(1)
    worker = await workers.run(os.getpid, deadline=5)
    busy = asyncio.create_task(workers.run(time.sleep, 60, deadline=2))
    await asyncio.sleep(0.5)
    print(worker, flush=True)
    await busy
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_work_outlives_neither_its_deadline_nor_for_long_a_killed_daemon(tmp_path: Path) -> None:
    script = tmp_path / "daemon.py"
    script.write_text(DAEMON)
    daemon = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    with daemon:
        assert daemon.stdout
        worker = int(daemon.stdout.readline())
        daemon.kill()
    assert _lives(worker)  # busy, so it does not see that nobody waits
    for _ in range(50):
        if not _lives(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker still lives")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("moment", [0.1, 0.4, 1.2])
def test_control_c_is_for_the_daemon_alone(tmp_path: Path, moment: float) -> None:
    """A terminal sends it to all processes: those of the workers must say nothing, also while they start."""
    script = tmp_path / "daemon.py"
    script.write_text(
        "import asyncio, signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from monitor.ingest import Workers\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "async def main():\n"
        "    workers = Workers(2)\n"
        "    print('up', flush=True)\n"
        "    await workers.run(time.sleep, 1.5, deadline=5)\n"
        "    workers.close()\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    daemon = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, start_new_session=True,
    )  # fmt: skip
    with daemon:
        assert daemon.stdout
        assert daemon.stderr
        daemon.stdout.readline()
        time.sleep(moment)
        os.killpg(daemon.pid, signal.SIGINT)
        assert daemon.stderr.read() == b""
    assert daemon.returncode == 0
