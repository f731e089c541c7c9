"""Things that look like explanations and tell nothing: for control arms."""
