"""Reading ledgers as departments make them (.xlsx, .csv): cells, headers, values. Knows no app of the site."""
