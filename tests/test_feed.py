import threading

from fastw2v.training.feed import Feed


def test_shards_are_handed_out_in_order_until_the_last():
    feed = Feed(3, 8)
    assert len(feed) == 5
    assert feed.take() == range(3, 4)
    assert feed.take(3) == range(4, 7)
    assert feed.take(3) == range(7, 8)
    assert not feed.take()
    assert feed.next == 8


def test_a_closed_feed_gives_no_more_and_knows_where_it_was_closed():
    feed = Feed(0, 8)
    feed.take(2)
    feed.close()
    assert not feed.take()
    assert len(feed) == 0
    assert feed.next == 2


def test_threads_that_take_at_once_get_different_shards():
    feed, taken = Feed(0, 20_000), []

    def pull():
        while shards := feed.take():
            taken.append(shards[0])

    threads = [threading.Thread(target=pull) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(20_000))
