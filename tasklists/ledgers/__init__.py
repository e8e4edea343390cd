"""Ledgers of tasks and of monthly progress: read, checked row by row, written all or nothing, undone."""
