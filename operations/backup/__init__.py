"""Back-ups of everything that the portal cannot make again, in a form of no database's own."""

from operations.models import Backup


def last():
    """Return the latest Backup that was made, None where there is none."""
    return Backup.objects.first()
