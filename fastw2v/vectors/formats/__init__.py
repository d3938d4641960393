"""Vectors on disk: fastw2v's own files and those of word2vec."""
