"""Run the commands of docs/examples.md and keep the pictures they draw.

    python benchmarks/examples.py

The commands run in an empty folder beside a link to corpora/; the pictures then go to
docs/images/, from where the page shows them. tests/test_examples.py runs the same
commands. benchmarks/course.py makes the pictures of the treebank.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "examples.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def main() -> None:
    page = PAGE.read_text(encoding="utf8")
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("corpora", "benchmarks"):
            (folder / part).symlink_to(ROOT / part)
        (folder / "images").mkdir()
        for block in BLOCK.findall(page):
            subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block], cwd=folder, check=True
            )
        for picture in sorted((folder / "images").glob("*.png")):
            shutil.copyfile(picture, images / picture.name)
            print(f"{picture.name}: {picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
