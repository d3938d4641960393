"""gensim's module paths, so that only the top package name changes."""
