"""The life of a project before and beside its money: entry, stages, gate, credit, follow-up, reminders."""
