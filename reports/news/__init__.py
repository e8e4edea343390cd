"""Work news (工作动态): submitting, deciding, scoring, counting and carrying it in an issue."""
