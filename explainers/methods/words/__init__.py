"""Methods that answer in words."""
