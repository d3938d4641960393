"""The command line: a thin face on the package's own functions."""


def main() -> None:
    """Run the `fastw2v` command."""
    # Here, not above: `fastw2v.cli` is imported by the console script before it
    # knows whether any command will run.
    from fastw2v.cli.app import app

    app(prog_name="fastw2v")
