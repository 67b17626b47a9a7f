"""What the history tells its listeners."""

from django.dispatch import Signal

# Sent in the transaction of a change, once its revision is written, with `revision`, its `changes`
# (each Change with the state of its record before it as `before`, {} where there was none), and
# `declared`, which says of some records, by the label of their model and their number, whether
# their author calls the change a minor one. A listener that fails undoes the change.
revision_recorded = Signal()
