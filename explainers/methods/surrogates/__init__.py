"""Methods that fit a simpler model to the model's outputs."""
