"""The Huffman tree of hierarchical softmax: frequent words have short paths."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import BLOCK


class HuffmanTree(NamedTuple):
    """Words are nodes 0..V-1, inner nodes V..2V-2; the last is the root."""

    parents: npt.NDArray[np.int64]
    """(2V - 1,) of each node; the root's is -1."""
    bits: npt.NDArray[np.uint8]
    """(2V - 1,) 0 at one child of a node, 1 at the other."""

    @property
    def words(self) -> int:
        """V."""
        return (len(self.parents) + 1) // 2

    def inner_numbers(self, nodes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the rows of inner nodes in `w_nodes`: from the root, 0, by falling count."""
        return len(self.parents) - 1 - nodes

    def path(self, word: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
        """Return a word's code and the inner nodes passed, both from the root.

        The label of a node is 1 minus the bit (Mikolov et al. 2013b, section 2.1).
        """
        nodes = [word]
        while self.parents[nodes[-1]] >= 0:
            nodes.append(int(self.parents[nodes[-1]]))
        below, above = (
            np.array(nodes[-2::-1], np.int64),
            np.array(nodes[:0:-1], np.int64),
        )
        return self.bits[below], self.inner_numbers(above).astype(np.uint32)


class Paths(NamedTuple):
    """The two arrays of `bundles.Sampling` that hold all words' paths."""

    nodes: npt.NDArray[np.int32]
    spans: npt.NDArray[np.int64]


def huffman_tree(counts: npt.NDArray[np.int64]) -> HuffmanTree:
    """Join the two rarest nodes until one is left (Huffman 1952).

    Words in order of their counts and inner nodes in the order they are made both rise
    in count, so the two rarest are always at the heads of two queues. A word goes
    before an inner node of the same count, the later of equal words first.

    Parameters
    ----------
    counts : int64 array, shape (V,), all positive
        In any order.
    """
    n_words = len(counts)
    order = np.argsort(-counts, kind="stable")[::-1].tolist()
    weight = counts.tolist()
    parents = np.full(2 * n_words - 1, -1, np.int64)
    bits = np.zeros(2 * n_words - 1, np.uint8)
    next_word, next_inner = 0, n_words
    for made in range(n_words, 2 * n_words - 1):
        children = []
        for _ in range(2):
            has_word = next_word < n_words
            if has_word and (
                next_inner == made or weight[order[next_word]] <= weight[next_inner]
            ):
                children.append(order[next_word])
                next_word += 1
            else:
                children.append(next_inner)
                next_inner += 1
        parents[children] = made
        bits[children[1]] = 1
        weight.append(weight[children[0]] + weight[children[1]])
    return HuffmanTree(parents, bits)


def all_paths(tree: HuffmanTree) -> Paths:
    """Lay out the paths of all words as `bundles.Sampling` wants them."""
    words = np.arange(tree.words)
    node, steps = words, []
    while len(words):
        parent = tree.parents[node]
        is_inside = parent >= 0
        words, node, parent = words[is_inside], node[is_inside], parent[is_inside]
        steps.append((words, tree.inner_numbers(parent), 1 - tree.bits[node]))
        node = parent
    word, inner, label = (np.concatenate(part) for part in zip(*steps, strict=True))

    lengths = np.bincount(word, minlength=tree.words)
    targets = np.bincount(word, weights=label, minlength=tree.words).astype(np.int64)
    padded = -(-lengths // BLOCK) * BLOCK
    starts = np.cumsum(padded) - padded
    order = np.lexsort((inner, 1 - label.astype(np.int64), word))
    # Until they are overwritten, all places hold the word's last node.
    nodes = np.repeat(_last_nodes(tree), padded).astype(np.int32)
    within = np.arange(len(word)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    nodes[np.repeat(starts, lengths) + within] = inner[order]
    spans = np.stack([starts, lengths, targets], axis=1)
    for array in (nodes, spans):
        array.flags.writeable = False
    return Paths(nodes, spans)


def _last_nodes(tree: HuffmanTree) -> npt.NDArray[np.int64]:
    """Return the inner node right above each word, which few other words pass."""
    return tree.inner_numbers(tree.parents[: tree.words])
