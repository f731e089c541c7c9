"""Explanation methods, one file each, in families."""
