"""Things that look like explanations and hold none: for control arms. What they may still give away they say."""
