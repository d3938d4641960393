"""Judge vectors: by themselves, by a task, and side by side."""

from fastw2v.vectors.evaluate.analogies import evaluate_analogies
from fastw2v.vectors.evaluate.categories import evaluate_categories
from fastw2v.vectors.evaluate.outliers import evaluate_outliers
from fastw2v.vectors.evaluate.pairs import evaluate_word_pairs
from fastw2v.vectors.evaluate.report import EvaluationSet, Report, evaluate_sets
from fastw2v.vectors.evaluate.sentences import evaluate_sentences
from fastw2v.vectors.formats.questions import holds_analogies

__all__ = [
    "EvaluationSet",
    "Report",
    "evaluate_analogies",
    "evaluate_categories",
    "evaluate_outliers",
    "evaluate_sentences",
    "evaluate_sets",
    "evaluate_word_pairs",
    "holds_analogies",
]
