"""A county's month of money as one grid: what stands in it, saving its lines, handing them in."""
