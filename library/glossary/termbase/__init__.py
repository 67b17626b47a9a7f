"""Export and import of the glossary as a termbase file, CSV or TBX.

Callers use export() of exporting, read() of reading, plan() and apply() of importing.
"""
