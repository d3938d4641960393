"""Hyper-parameters and encoded text in, weights and their history out."""
