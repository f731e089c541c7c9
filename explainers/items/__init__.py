"""Making items: which cases, pairs, units or sets people are asked about."""
