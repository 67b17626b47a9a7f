"""The glossary out to terminologists' tools and back in, as CSV and as TBX.

A page calls export() of exporting.py, read() of reading.py, and plan() and apply() of importing.py.
"""
