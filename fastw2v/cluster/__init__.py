"""One model trained by several workers, each on a replica of its own."""
