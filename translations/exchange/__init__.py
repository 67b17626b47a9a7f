"""Content out to translators' tools and back in, as PO and as XLIFF 1.2.

A page calls export() of exporting.py, read() of reading.py, and plan() and apply() of importing.py.
"""
