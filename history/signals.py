"""The signal that the history sends for each revision."""

from django.dispatch import Signal

# Sent once a revision is written, in the transaction of the changes, with `revision`, `changes` and
# `declared`. Each Change has the state of its record before it as `before`, {} for a new record.
# `declared` says of some records, by the label of their model and their key, whether the author
# calls the change minor; `is_contended`, whether others have changed content since the transaction
# began, so that what was derived from it before may not be of the newest. A receiver that raises an
# error undoes the changes.
revision_recorded = Signal()
