"""Granian, with workers that come back after any number of crashes and that end with their master.

python -m operations.server takes the options of granian; scripts/serve runs it. Granian itself
ends the whole server when a worker crashes twice within 5.5 seconds, and its workers go on serving
when the master is killed.
"""

import ctypes
import math
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import granian.cli
from granian._internal import load_target
from granian.log import logger
from granian.server import MPServer
from granian.server.mp import WorkerProcess

STABLE_SECONDS = 60  # after which a worker counts as having started well
MAX_PAUSE_SECONDS = 30  # between two starts of a worker
SECONDS_BETWEEN_SIGNALS = 1  # to a worker that shall end
PR_SET_PDEATHSIG = 1  # linux/prctl.h

type Loader = Callable[[], Any]


class Server(MPServer):
    """A server of Granian that starts each crashed worker again, with growing pauses.

    The other workers go on meanwhile. Only where all workers have ended by themselves soon after
    their start, as with wrong settings, the server ends too, with status 1.
    """

    def serve(self, *_arguments: Any, **_options: Any) -> None:
        # It is logged at each start, and meant: most threads wait (operations/concurrency.py).
        logger.addFilter(lambda record: "Python threads" not in record.getMessage())
        loader = partial(load_application, self.target, os.getpid())
        super().serve(target_loader=loader, wrap_loader=False)

    def _serve_loop(self, spawn_target: Callable[..., None], target_loader: Loader) -> None:
        crashes: dict[int, int] = {}  # index of a worker → crashes in a row
        due: dict[int, float] = {}  # index of a worker → monotonic() time of its next start
        while True:
            wait_until = min(due.values(), default=None)
            self.main_loop_interrupt.wait(wait_until and max(0, wait_until - monotonic()))
            self.main_loop_interrupt.clear()
            if self.interrupt_signal:
                return
            if self.reload_signal:
                self._reload(spawn_target, target_loader)
                continue
            while self.interrupt_children:
                index = self.interrupt_children.pop()
                if not self.wrks[index].is_alive():  # a reload may have replaced it
                    is_stable = monotonic() - self.wrks[index].birth >= STABLE_SECONDS
                    crashes[index] = 1 if is_stable else crashes.get(index, 0) + 1
                    due[index] = monotonic() + pause_seconds(crashes[index])
            if all(map(has_failed_to_start, self.wrks)):
                logger.error("No worker can start: the reason is in the lines above")
                self.interrupt_children.extend(due)  # by which Granian ends with status 1
                return
            for index in [index for index, at in due.items() if at <= monotonic()]:
                del due[index]
                if not self.wrks[index].is_alive():
                    self.wrks[index] = self.start_worker(index, spawn_target, target_loader)

    def start_worker(
        self, index: int, spawn_target: Callable[..., None], target_loader: Loader
    ) -> WorkerProcess:
        worker = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
        worker.start()
        return worker

    def _reload(self, spawn_target: Callable[..., None], target_loader: Loader) -> None:
        """Replace the workers one after the other; keep the old ones if a new one cannot start."""
        self.reload_signal = False
        for index in range(self.workers):
            if self.interrupt_signal:
                break
            new = self.start_worker(index, spawn_target, target_loader)
            new.join(self.respawn_interval)
            if not new.is_alive():
                logger.error("The new code does not start; the other workers go on as they are")
                break
            old, self.wrks[index] = self.wrks[index], new
            self.end([old])
        self.main_loop_interrupt.set()  # a worker may have ended, or a signal come, meanwhile

    def _stop_workers(self) -> None:
        self.end(self.wrks)
        self.wrks.clear()

    def end(self, workers: list[WorkerProcess]) -> None:
        """Let workers finish their requests, and kill those that take too long.

        They are told every second: a process that has just been forked has the handlers of the
        master until load_application sets its own, and loses a signal that comes in between.
        """
        end = monotonic() + (self.workers_kill_timeout or math.inf)
        while (alive := [worker for worker in workers if worker.is_alive()]) and monotonic() < end:
            for worker in alive:
                worker.terminate()
            alive[0].join(SECONDS_BETWEEN_SIGNALS)
        for worker in alive:
            logger.warning(f"Worker {worker.idx + 1} is killed, since it has not finished in time")
            worker.kill()
        for worker in workers:
            worker.join()


def pause_seconds(crashes: int) -> int:
    """Return the seconds before the next start, after a number of crashes in a row: 0, 1, 2, 4…"""
    return 0 if crashes == 1 else min(2 ** min(crashes - 2, 10), MAX_PAUSE_SECONDS)


def has_failed_to_start(worker: WorkerProcess) -> bool:
    """Whether a worker has ended by itself, not by a signal, before it was stable."""
    code = worker.inner.exitcode
    return code is not None and code > 0 and monotonic() - worker.birth < STABLE_SECONDS


def load_application(target: str, master: int) -> Any:
    """Load the WSGI application in a worker, which ends when the process `master` does."""
    # Until Granian sets its own handlers, a worker has those of the master, which would ignore the
    # signals here.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    end_with(master)
    return load_target(target)


def end_with(parent: int) -> None:
    """Let the system kill this process (SIGKILL) as soon as its parent has ended, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it had ended before
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    granian.cli.Server = Server
    granian.cli.entrypoint()
