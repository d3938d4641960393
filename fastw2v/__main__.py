"""`python -m fastw2v` is the `fastw2v` command."""

from fastw2v.cli import main

main()
