"""Methods that answer with examples: near ones, typical ones, ones with another output."""
