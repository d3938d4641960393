"""The Huffman tree: shortest codes, and paths laid out as the kernels want them."""

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastw2v.bundles import BLOCK
from fastw2v.training.huffman import all_paths, huffman_tree


def least_cost(counts):
    """Return the least sum of count times code length (Huffman 1952)."""
    heap = [int(count) for count in counts]
    heapq.heapify(heap)
    cost = 0
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    return cost


COUNTS = st.lists(st.integers(1, 1000), min_size=1, max_size=60)


@given(COUNTS)
def test_codes_are_shortest_and_no_code_begins_another(counts):
    tree = huffman_tree(np.array(counts, np.int64))
    codes = ["".join(map(str, tree.path(word)[0])) for word in range(len(counts))]
    lengths = [len(code) for code in codes]
    assert sum(map(int.__mul__, counts, lengths)) == least_cost(counts)
    for one in codes:
        assert sum(other.startswith(one) for other in codes) == 1


@given(COUNTS)
def test_nodes_lead_from_the_root_to_the_word(counts):
    tree = huffman_tree(np.array(counts, np.int64))
    turns = {}
    for word in range(len(counts)):
        code, nodes = tree.path(word)
        assert len(code) == len(nodes)
        assert len(code) == 0 or nodes[0] == 0
        for place, (bit, node) in enumerate(zip(code, nodes, strict=True)):
            below = ("word", word)
            if place + 1 < len(nodes):
                below = ("node", int(nodes[place + 1]))
            assert turns.setdefault((int(node), int(bit)), below) == below
    assert len(turns) == 2 * (len(counts) - 1)
    assert {node for node, _ in turns} == set(range(len(counts) - 1))


@given(COUNTS)
def test_paths_hold_the_nodes_of_label_1_first_and_whole_blocks(counts):
    tree = huffman_tree(np.array(counts, np.int64))
    paths = all_paths(tree)
    stop = 0
    for word, (start, length, targets) in enumerate(paths.spans.tolist()):
        code, nodes = tree.path(word)
        assert (start, length) == (stop, len(code))
        stop = start - (-length // BLOCK) * BLOCK
        listed = paths.nodes[start:stop].tolist()
        assert listed[:targets] == sorted(nodes[code == 0])
        assert listed[targets:length] == sorted(nodes[code == 1])
        assert set(listed[length:]) <= {nodes[-1] if length else None}
    assert stop == len(paths.nodes)


def test_hotter_nodes_have_lower_numbers():
    counts = np.array([50, 20, 10, 5, 5, 1], np.int64)
    tree = huffman_tree(counts)
    visits = np.zeros(5, int)
    for word, count in enumerate(counts):
        visits[tree.path(word)[1]] += count
    assert visits.tolist() == sorted(visits, reverse=True)
    assert visits[0] == counts.sum()


def test_the_order_of_counts_does_not_matter_to_the_cost():
    counts = np.random.default_rng(1).integers(1, 99, 200)
    for order in (counts, np.sort(counts), -np.sort(-counts)):
        tree = huffman_tree(order)
        cost = sum(len(tree.path(w)[0]) * int(c) for w, c in enumerate(order))
        assert cost == pytest.approx(least_cost(counts), abs=0)
