"""What a progress bar has to do; the classes and partial objects of tqdm do it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol, overload


class ProgressBar(Protocol):
    def update(self, n: int = 1, /) -> object: ...


class ProgressBarFactory(Protocol):
    """Makes a progress bar: one that is moved by update(), or one that moves with an iterable."""

    @overload
    def __call__(
        self, *, desc: str, total: int | None = None
    ) -> AbstractContextManager[ProgressBar]: ...

    @overload
    def __call__[T](self, iterable: Iterable[T], /, *, desc: str) -> Iterable[T]: ...
