"""Rendering: how inputs and relevance become stimuli."""
