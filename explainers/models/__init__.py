"""Models: architectures, training, weights, and looking inside without leaving a trace."""
