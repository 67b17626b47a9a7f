"""Sessions in the database, looked up in Valkey first: without it they are slower, not lost."""

import logging

from django.contrib.sessions.backends import cached_db
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Seconds after which the database is asked again: a session that ended while the cache could not be
# reached does not outlive it.
MAX_CACHED_SECONDS = 60


class Forgiving:
    """A cache that has forgotten everything while its server is away."""

    def __init__(self, cache):
        self.cache = cache

    def get(self, key, default=None):
        return self.told(self.cache.get, key, default) or default

    def set(self, key, value, timeout):
        self.told(self.cache.set, key, value, min(timeout, MAX_CACHED_SECONDS))

    def delete(self, key):
        self.told(self.cache.delete, key)

    def __contains__(self, key):
        return bool(self.told(self.cache.has_key, key))

    def told(self, function, *arguments):
        try:
            return function(*arguments)
        except (RedisError, OSError) as error:
            logger.warning("The cache of sessions does not answer: %s", error)
            return None


class SessionStore(cached_db.SessionStore):
    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = Forgiving(self._cache)
