"""Text in, numbered tokens out."""
