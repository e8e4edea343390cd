"""Reading of work plans: from a document's bytes to chapters, sections, items, owners, dates and targets.

Pure Python: nothing here knows the database. The way in is `sources.read_lines`, then `reading.read_plan`.
"""
