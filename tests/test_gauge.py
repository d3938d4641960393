import logging

from fastw2v.cluster.divisors import Divisors
from fastw2v.cluster.gauge import Gauge


def judged(gauge, *means, workers=8, can_widen=True):
    for mean in means:
        gauge.note(Divisors(100 * mean, 100), 8)
    gauge.judge(workers, can_widen=can_widen)
    return gauge.widening


def test_the_prefix_doubles_while_replicas_diverge_and_stays():
    gauge = Gauge()
    assert judged(gauge, 1.1) == 1
    assert judged(gauge, 1.3) == 2
    assert judged(gauge, 1.3) == 4
    assert judged(gauge, 1.0) == 4


def test_the_mean_is_over_all_rows_since_all_were_merged():
    gauge = Gauge()
    gauge.note(Divisors(30.0, 10), 8)
    gauge.note(Divisors(90.0, 90), 8)
    gauge.judge(8, can_widen=True)
    assert gauge.widening == 1
    assert gauge.mean_divisor == 1.2
    gauge.note(Divisors(121.0, 100), 8)
    gauge.judge(8, can_widen=True)
    assert gauge.widening == 2


def test_it_adds_up_merges_rows_and_bytes():
    gauge = Gauge()
    assert gauge.mean_divisor == 1.0
    judged(gauge, 1.5, 1.5)
    assert (gauge.merges, gauge.merged_rows, gauge.delta_bytes) == (2, 200, 1_600)
    assert gauge.as_dict()["mean_divisor"] == 1.5


def test_one_warning_where_nothing_more_can_be_done(caplog):
    gauge = Gauge()
    with caplog.at_level(logging.WARNING, logger="fastw2v"):
        assert judged(gauge, 1.4, can_widen=False) == 1
        judged(gauge, 1.4, can_widen=False)
    (record,) = caplog.records
    assert "1.40, above 1.2" in record.message
    assert "lower round_tokens" in record.message


def test_two_workers_may_get_in_each_others_way_more_than_many():
    assert judged(Gauge(), 1.45, workers=2) == 1
    assert judged(Gauge(), 1.45, workers=3) == 2
    assert judged(Gauge(), 1.55, workers=2) == 2
