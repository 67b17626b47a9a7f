class BackupError(Exception):
    """Why a back-up cannot be made, read or restored: a sentence for an administrator."""
