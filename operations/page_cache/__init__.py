"""The page cache: complete pages in the memory of each process, in front of Django."""
