"""Exports units to files of translation tools and imports them: PO (gettext) and XLIFF 1.2.

The entry points are exporting.export(), reading.read(), importing.plan() and importing.apply().
"""
