"""Methods that tell how certain the model is."""
