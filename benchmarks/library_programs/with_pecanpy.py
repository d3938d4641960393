"""pecanpy: its class and its command, as its README has them."""

import sys
import tempfile
from pathlib import Path

from judging import community, neighbours_alike, planted_graph, report, timed
from pecanpy import cli, pecanpy

with tempfile.TemporaryDirectory() as folder:
    edges, vectors = Path(folder, "graph.edg"), Path(folder, "graph.emb")
    edges.write_text("".join(f"{a}\t{b}\n" for a, b in planted_graph().edges))
    graph = pecanpy.SparseOTF(p=1, q=0.5, workers=1, verbose=False, random_state=1)
    graph.read_edg(str(edges), weighted=False, directed=False)
    found, seconds = timed(lambda: graph.embed(dim=64, num_walks=20, epochs=2))
    sys.argv = ["pecanpy", "--input", str(edges), "--output", str(vectors)]
    sys.argv += ["--mode", "SparseOTF", "--epochs", "1", "--num-walks", "2"]
    cli.main()
    assert vectors.read_text().splitlines()[0] == "200 128"
quality = neighbours_alike(found, [community(int(node)) for node in graph.nodes])
report("pecanpy", quality, seconds, "README: read_edg, embed; the command pecanpy")
