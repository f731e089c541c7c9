"""Checks: measured properties of models and explanations, told in the manifest."""
