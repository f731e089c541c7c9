"""Methods that change parts of the input and watch the output."""
