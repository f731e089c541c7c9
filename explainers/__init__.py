"""Data sets, small models, explanation methods, checks on them, rendering, and the bundle.

Importing this package imports no torch: registries hold names, which are loaded when looked up.
"""
