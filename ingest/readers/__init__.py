"""Readers: each makes lines of one kind of file. `process` runs them in a process of its own."""
