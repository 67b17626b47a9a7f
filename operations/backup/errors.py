class BackupError(Exception):
    """A back-up cannot be made, read or restored; the message tells the administrator why."""
