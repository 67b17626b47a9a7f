"""Sessions in the database, cached in Valkey; without Valkey they are slower, not lost."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.contrib.sessions.backends import cached_db
from django.core.cache.backends.base import BaseCache
from redis.exceptions import RedisError

from operations.database_sessions import ReaderSession

logger = logging.getLogger(__name__)

# Seconds after which a session is read from the database again. A session may end while the cache
# cannot be reached; its cache entry then lives no longer than this.
MAX_CACHED_SECONDS = 60
# Seconds in which nothing is looked up after the cache has failed: a server that does not answer
# would otherwise keep each request waiting for its timeout (portal/environment.py).
PAUSE_SECONDS = 10


class FaultTolerantCache:
    """Wraps a cache of Django; while its server cannot be reached, it behaves as an empty cache.

    After a failure it looks nothing up for PAUSE_SECONDS. What a request changes is always written,
    since other processes might read an older session from the cache.
    """

    away_until = 0.0  # monotonic() seconds; the same for all sessions of the process

    def __init__(self, cache: BaseCache) -> None:
        self.cache = cache
        self.not_looked_up: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        value = None if self.is_away() else self.attempt(self.cache.get, key, default)
        if self.is_away():
            self.not_looked_up.add(key)
        return value or default

    def set(self, key: str, value: Any, timeout: int) -> None:
        """Store a value, but not the one that was just read from the database during a pause."""
        if key in self.not_looked_up:
            self.not_looked_up.remove(key)
        else:
            self.attempt(self.cache.set, key, value, min(timeout, MAX_CACHED_SECONDS))

    def delete(self, key: str) -> None:
        self.attempt(self.cache.delete, key)

    def __contains__(self, key: str) -> bool:
        return not self.is_away() and bool(self.attempt(self.cache.has_key, key))

    def is_away(self) -> bool:
        """Whether the cache has failed within the last PAUSE_SECONDS."""
        return monotonic() < FaultTolerantCache.away_until

    def attempt[R](self, method: Callable[..., R], *arguments: Any) -> R | None:
        """Call a method of the cache; log a warning and return None where its server is away."""
        try:
            return method(*arguments)
        except (RedisError, OSError) as error:
            FaultTolerantCache.away_until = monotonic() + PAUSE_SECONDS
            logger.warning("The session cache does not answer: %s", error)
            return None


class SessionStore(ReaderSession, cached_db.SessionStore):
    """Django's sessions in database and cache, for which the cache may be away."""

    _cache: Any  # the cache that Django chooses, and then its FaultTolerantCache

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = FaultTolerantCache(self._cache)
