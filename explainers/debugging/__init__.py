"""From the marks of a debugging task to the gain: each participant's version of the model, trained and measured."""
