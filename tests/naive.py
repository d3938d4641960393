"""Oracles in plain Python loops; they import nothing from fastw2v."""

import math

MASK = 2**64 - 1


def splitmix64(state: int) -> int:
    """Scramble a SplitMix64 state."""
    z = state & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def draw(key: int, position: int) -> int:
    """Return the draw at a position of a stream."""
    return splitmix64(key + position * 0x9E3779B97F4A7C15)


def stream_key(seed: int, stream: int) -> int:
    """Return the key of one of a shard's streams."""
    return splitmix64(seed ^ splitmix64(stream * 0x9E3779B97F4A7C15))


def alias_probabilities(table) -> list[float]:
    """Return the distribution an alias table draws from."""
    size = len(table)
    shares = [0.0] * size
    for slot, (threshold, alias) in enumerate(table.tolist()):
        own = threshold / 2**32
        shares[slot] += own / size
        shares[alias] += (1 - own) / size
    return shares


def log_sigmoid(x: float) -> float:
    """Return log(1 / (1 + exp(-x)))."""
    return -math.log1p(math.exp(-x)) if x > 0 else x - math.log1p(math.exp(x))


def sgns_loss(h, target_row, noise_rows) -> float:
    """Return the negative-sampling loss of one pair, noise rows as drawn."""

    def dot(a, b):
        return sum(float(x) * float(y) for x, y in zip(a, b, strict=True))

    loss = -log_sigmoid(dot(h, target_row))
    for row in noise_rows:
        loss -= log_sigmoid(-dot(h, row))
    return loss


def noise(key: int, pair: int, negatives: int, table) -> list[int]:
    """Return the noise words of one pair in the order drawn."""
    words = []
    for k in range(negatives):
        bits = draw(key, pair * negatives + k)
        slot = ((bits >> 32) * len(table)) >> 32
        threshold, alias = (int(x) for x in table[slot])
        words.append(slot if (bits & 0xFFFFFFFF) < threshold else alias)
    return words


def shard_pairs(tokens, offsets, start, stop, keep_prob, seed, window):
    """Return how many tokens of a shard are kept, and its (center, context) pairs."""
    subsample, reach_key = stream_key(seed, 1), stream_key(seed, 2)
    pairs, kept_before = [], 0
    for s in range(len(offsets) - 1):
        first, last = max(offsets[s], start), min(offsets[s + 1], stop)
        words = [
            int(tokens[i])
            for i in range(first, last)
            if (draw(subsample, i - start) >> 40) * 2.0**-24 < keep_prob[tokens[i]]
        ]
        for center, word in enumerate(words):
            bits = draw(reach_key, kept_before + center)
            reach = 1 + (((bits >> 32) * window) >> 32)
            pairs += [
                (word, words[other])
                for other in range(center - reach, center + reach + 1)
                if 0 <= other < len(words) and other != center
            ]
        kept_before += len(words)
    return kept_before, pairs


def cooccurrences(sentences, left, right, weight):
    """Return {(target, context): summed weights}; weight(distance), exact."""
    found = {}
    for words in sentences:
        for i, target in enumerate(words):
            for j in range(max(0, i - left), min(len(words), i + right + 1)):
                if j != i:
                    pair = (target, words[j])
                    found[pair] = found.get(pair, 0) + weight(abs(i - j))
    return found


def divisor(saturation) -> float:
    """Return by what the sum of the workers' deltas of one row is divided."""
    alone = sum(1 - math.exp(-x) for x in saturation)
    in_sequence = 1 - math.exp(-sum(saturation))
    return alone / in_sequence if in_sequence else 1.0


def merged_row(base, rows, saturation) -> list[float]:
    """Return the row that the workers' rows are merged to."""
    by = divisor(saturation)
    return [
        b + sum(row[d] - b for row in rows) / by for d, b in enumerate(map(float, base))
    ]


def efforts_since(events, row, workers) -> list[float]:
    """Return each worker's effort on a row since it was last merged.

    An event is ("train", worker, effort) or ("merge", prefix).
    """
    efforts = [0.0] * workers
    for event in events:
        if event[0] == "train":
            efforts[event[1]] += event[2]
        elif row < event[1]:
            efforts = [0.0] * workers
    return efforts


def count_cells(words, keep_prob, noise, paths, settings, rng):
    """Return the gradient cells of each row when one long sentence is trained.

    `noise` are the words' shares, `paths` the list of nodes of each word or None;
    settings are window, negatives, shrink_windows, cbow, and share, which says whether a
    context takes 1/n. Rows are those of w_in, w_out and w_nodes, each a list.
    """
    window, negatives, shrink_windows, cbow, share = settings
    size = len(keep_prob)
    w_in, w_out, w_nodes = ([0.0] * size for _ in range(3))
    kept = [word for word in words if rng.random() < keep_prob[word]]
    for center, word in enumerate(kept):
        reach = rng.randint(1, window) if shrink_windows else window
        contexts = kept[max(center - reach, 0) : center]
        contexts += kept[center + 1 : center + reach + 1]
        for _ in range(1 if cbow else len(contexts)):
            if negatives:
                w_out[word] += 1
            for other in rng.choices(range(size), noise, k=negatives):
                w_out[other] += 1
            for node in paths[word] if paths else ():
                w_nodes[node] += 1
        outputs = negatives + (negatives > 0) + (len(paths[word]) if paths else 0)
        for context in contexts:
            w_in[context] += outputs / len(contexts) if share else outputs
    return w_in, w_out, w_nodes
