"""Methods that show what parts of a network respond to."""
