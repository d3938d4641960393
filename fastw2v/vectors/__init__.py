"""Trained vectors: look-up, search, evaluation and file formats."""
