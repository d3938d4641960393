"""`python -m fastw2v.compat` runs a program with fastw2v in gensim's place."""

from fastw2v.compat.program import main

main()
