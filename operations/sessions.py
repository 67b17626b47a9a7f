"""Sessions in the database, cached in Valkey; without Valkey they are slower, not lost."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends import cached_db
from django.core.cache.backends.base import BaseCache
from redis.exceptions import RedisError

from operations.database_sessions import ReaderSession

logger = logging.getLogger(__name__)

# Seconds after which a session is read from the database again. A session may end while the cache
# cannot be reached; its cache entry then lives no longer than this.
MAX_CACHED_SECONDS = 60


class FaultTolerantCache:
    """Wraps a cache of Django; while its server cannot be reached, it behaves as an empty cache."""

    def __init__(self, cache: BaseCache) -> None:
        self.cache = cache

    def get(self, key: str, default: Any = None) -> Any:
        return self.attempt(self.cache.get, key, default) or default

    def set(self, key: str, value: Any, timeout: int) -> None:
        self.attempt(self.cache.set, key, value, min(timeout, MAX_CACHED_SECONDS))

    def delete(self, key: str) -> None:
        self.attempt(self.cache.delete, key)

    def __contains__(self, key: str) -> bool:
        return bool(self.attempt(self.cache.has_key, key))

    def attempt[R](self, method: Callable[..., R], *arguments: Any) -> R | None:
        """Call a method of the cache; log a warning and return None where its server is away."""
        try:
            return method(*arguments)
        except (RedisError, OSError) as error:
            logger.warning("The session cache does not answer: %s", error)
            return None


class SessionStore(ReaderSession, cached_db.SessionStore):
    """Django's sessions in database and cache, for which the cache may be away."""

    _cache: Any  # the cache that Django chooses, and then its FaultTolerantCache

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = FaultTolerantCache(self._cache)
