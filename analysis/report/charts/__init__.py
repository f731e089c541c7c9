"""Charts: drawn twice from the same numbers, once for the page and once as a file of their own."""
