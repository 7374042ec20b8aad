"""Whose fault it is that nothing can be reached."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.polling._network import MIN_HOSTS, PROBE_S, WINDOW_S, Network


def _fail(network: Network, *hosts: str, at_s: float = 0.0) -> None:
    for number, host in enumerate(hosts):
        network.note(host, number, "dns", at_s)


def test_that_all_of_several_hosts_fail_is_our_own_fault() -> None:
    """Their feeds are named once, to be pardoned."""
    network = Network()
    _fail(network, "a", "b")
    assert not network.is_down

    network.note("c", 7, "connect", 1.0)

    assert network.is_down
    assert network.take_failed() == [0, 1, 7]
    assert network.take_failed() == []


def test_one_host_proves_nothing_however_often_it_fails() -> None:
    """It is counted once."""
    network = Network()

    _fail(network, *["a"] * 50)

    assert not network.is_down


def test_hosts_that_fail_among_others_that_answer_are_down_themselves() -> None:
    """Less than four fifths of all."""
    network = Network()
    for number in range(10):
        network.note(f"good{number}", number, None, 0.0)

    _fail(network, *(f"bad{number}" for number in range(30)))

    assert not network.is_down


def test_failures_of_long_ago_do_not_count() -> None:
    """Neither for nor against the network."""
    network = Network()
    _fail(network, "a", "b")

    _fail(network, "c", at_s=WINDOW_S + 1)

    assert not network.is_down


def test_hosts_that_were_well_tell_also_where_few_are_asked() -> None:
    """A feed in six minutes: three in a row, and all of them are pardoned."""
    network = Network()
    for number, host in enumerate("abc"):
        assert not network.is_down
        network.note(host, number, "dns", 360.0 * number, was_well=True)

    assert network.is_down
    assert network.take_failed() == [0, 1, 2]


def test_an_answer_ends_the_row() -> None:
    """However long ago it was: two hosts may well have died meanwhile."""
    network = Network()
    network.note("a", 1, "dns", 0.0, was_well=True)
    network.note("b", 2, "dns", 360.0, was_well=True)
    network.note("c", 3, None, 720.0)
    network.note("d", 4, "dns", 1080.0, was_well=True)

    assert not network.is_down


def test_feeds_that_fail_while_it_is_down_need_no_pardon() -> None:
    """They never counted as failed."""
    network = Network()
    _fail(network, "a", "b", "c")
    network.take_failed()

    network.note("d", 9, "dns", 1.0)

    assert network.take_failed() == []


def test_an_answer_of_any_kind_shows_that_the_network_is_back() -> None:
    """Also one that says 500, or comes too late."""
    network = Network()
    _fail(network, "a", "b", "c")

    network.note("d", 9, "http", 1.0)

    assert not network.is_down


def test_one_probe_a_minute() -> None:
    """Counted from the moment at which the network was found to be down."""
    network = Network()
    _fail(network, "a", "b", "c", at_s=100.0)

    probes = [network.may_probe(100.0 + second) for second in range(int(2 * PROBE_S) + 1)]

    assert [second for second, may in enumerate(probes) if may] == [PROBE_S, 2 * PROBE_S]


_KINDS = st.sampled_from([None, "dns", "connect", "timeout", "http"])


@given(notes=st.lists(st.tuples(st.sampled_from("abcdef"), _KINDS), max_size=40))
def test_it_is_down_only_after_enough_hosts_have_failed(
    notes: list[tuple[str, str | None]],
) -> None:
    """Whatever happened before, and never after an answer."""
    network = Network()
    failed: set[str] = set()
    for number, (host, kind) in enumerate(notes):
        network.note(host, number, kind, float(number) / 10)
        if kind in {"dns", "connect"}:
            failed.add(host)
        else:
            assert not network.is_down

    assert not network.is_down or len(failed) >= MIN_HOSTS
