"""The portal's content in fixtures/: reading it, writing it to the database, proving it."""
