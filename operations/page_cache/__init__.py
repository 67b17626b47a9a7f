"""Finished pages, which each process keeps in memory in front of Django."""
