"""The content files in fixtures/: reading them, loading them, and checking the database."""
