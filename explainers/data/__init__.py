"""Data sets: readers from files to inputs and truths."""
