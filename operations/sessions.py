"""Sessions in the database, cached in Valkey; without Valkey they are slower, not lost."""

import logging

from django.contrib.sessions.backends import cached_db
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Seconds after which a session is read from the database again. A session may end while the cache
# cannot be reached; its cache entry then lives no longer than this.
MAX_CACHED_SECONDS = 60


class FaultTolerantCache:
    """Wraps a cache of Django; while its server cannot be reached, it behaves as an empty cache."""

    def __init__(self, cache):
        self.cache = cache

    def get(self, key, default=None):
        return self.attempt(self.cache.get, key, default) or default

    def set(self, key, value, timeout):
        self.attempt(self.cache.set, key, value, min(timeout, MAX_CACHED_SECONDS))

    def delete(self, key):
        self.attempt(self.cache.delete, key)

    def __contains__(self, key):
        return bool(self.attempt(self.cache.has_key, key))

    def attempt(self, method, *arguments):
        """Call a method of the cache; log a warning and return None where its server is away."""
        try:
            return method(*arguments)
        except (RedisError, OSError) as error:
            logger.warning("The session cache does not answer: %s", error)
            return None


class SessionStore(cached_db.SessionStore):
    """Django's sessions in database and cache, for which the cache may be away."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = FaultTolerantCache(self._cache)
